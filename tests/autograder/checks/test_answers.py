"""Recording what the reference answers, and replaying it."""

import json

import numpy as np
import pytest

from autograder.checks.answers import RecordingSession, ReplaySession, fingerprint, load, save
from autograder.checks.errors import NotGraded
from autograder.checks.executor import Executor, Reply, Request
from autograder.checks.student import Code, LocalSession
from autograder.checks.values import HandleId

X = np.random.RandomState(0).standard_normal((3, 4))

SOLUTION = """
    import numpy as np

    def double(x, times=1):
        return 2 * x * times

    def forward(x):
        return x.sum(), {"x": x}

    def backward(dout, cache):
        return dout * cache["x"]
"""


@pytest.fixture
def record(package):
    """Returns a function that runs `script(code)` on the solution and returns its result and the recording."""

    def run(script):
        session = RecordingSession(LocalSession(Executor(package(layers=SOLUTION))))
        return script(Code(session)), session.recording

    return run


def replay(script, recording):
    return script(Code(ReplaySession(recording)))


def chain(code):
    out, cache = code.layers.forward(X)
    return out, code.layers.backward(3.0, cache), cache["x"], code.layers.double(X, times=np.float64(2))


def test_a_replay_answers_as_the_reference_did(record):
    live, recording = record(chain)
    for a, b in zip(live, replay(chain, recording), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_recording_survives_the_disk(record, tmp_path):
    live, recording = record(chain)
    save(tmp_path / "answers.npz", {"affine": recording, "nothing": []})
    loaded = load(tmp_path / "answers.npz")
    assert sorted(loaded) == ["affine", "nothing"]
    for a, b in zip(live, replay(chain, loaded["affine"]), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_file_holds_no_pickles_and_is_the_same_every_time(record, tmp_path):
    _, recording = record(chain)
    for name in ("a.npz", "b.npz"):
        save(tmp_path / name, {"affine": recording})
    with np.load(tmp_path / "a.npz", allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize(
    "other",
    [
        lambda code: code.layers.double(X + 1),
        lambda code: code.layers.double(-X),
        lambda code: code.layers.double(X[::-1]),
        lambda code: code.layers.double(X.T),
        lambda code: code.layers.double(X.astype(np.float32)),
        lambda code: code.layers.double(X, times=2),
        lambda code: code.layers.double(X, 1),
        lambda code: code.layers.forward(X),
        lambda code: code.other.double(X),
        lambda code: code.layers.double(None),
        lambda code: code.layers.double([X]),
    ],
    ids=["values", "sign", "order", "shape", "dtype", "keyword", "argument", "function", "module", "None", "list"],
)
def test_another_request_is_not_graded(record, other):
    _, recording = record(lambda code: code.layers.double(X))
    with pytest.raises(NotGraded, match="download the assignment again"):
        replay(other, recording)


def test_the_same_request_is_answered_as_often_as_it_was_recorded(record):
    def twice(code):
        return code.layers.double(X), code.layers.double(X)

    _, recording = record(twice)
    with pytest.raises(NotGraded):
        replay(lambda code: (*twice(code), code.layers.double(X)), recording)


def test_requests_may_be_left_out(record):
    _, recording = record(lambda code: (code.layers.double(X), code.layers.forward(X), code.layers.double(X + 1)))
    np.testing.assert_array_equal(replay(lambda code: code.layers.double(X + 1), recording), 2 * X + 2)


def test_a_replay_leaves_the_recording_as_it_was(record):
    live, recording = record(chain)
    for _ in range(3):
        assert replay(chain, recording)[0] == live[0]


def test_the_last_bits_of_inputs_do_not_matter(record):
    # sin, log and sqrt differ in them between machines.
    _, recording = record(lambda code: code.layers.double(X))
    assert replay(lambda code: code.layers.double(X * (1 + 1e-12)), recording) is not None


def test_an_empty_recording_answers_nothing():
    with pytest.raises(NotGraded):
        ReplaySession([]).request(Request("call", "layers.double", (X,)))


@pytest.mark.parametrize(
    "argument",
    [None, True, 3, 2.5, "text", np.float32(2), np.empty((0, 2)), (1, [X]), {"mode": "train"}, HandleId(3, "dict")],
    ids=repr,
)
def test_fingerprints_are_json(argument):
    mark = fingerprint(Request("call", HandleId(0, "Net"), (argument,), (("y", argument),)))
    recorded = json.loads(json.dumps(mark))
    session = ReplaySession([(recorded, "answer")])
    assert session.request(Request("call", HandleId(0, "Net"), (argument,), (("y", argument),))) == Reply("answer")

"""The trusted side against workers that behave, fail, hang and lie. Every process here is started by the test."""

import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from autograder.checks.errors import WorkerFault
from autograder.checks.executor import CodeError, Request
from autograder.checks.student import Code
from autograder.sandbox.limits import Limits
from autograder.sandbox.modes import Isolation
from autograder.sandbox.session import WorkerSession

REPOSITORY = Path(__file__).resolve().parents[3]
LIMITS = Limits(call_seconds=3.0, budget_seconds=30.0, memory_mb=256, reply_mb=16)

LAYERS = """
import os, sys, time
import numpy as np

def elsewhere():
    exec(compile("\\n" * 100_000 + "raise ValueError", __file__, "exec"))

def double(x):
    return 2 * x, {"kept": x}

def kept(cache):
    return cache["kept"]

def spoil(x):
    x += 1
    return x

def spin():
    while True:
        pass

def sleep():
    time.sleep(60)

def leave(how):
    if how == "exit":
        os._exit(0)
    if how == "sys.exit":
        sys.exit(3)
    if how == "crash":
        import ctypes
        ctypes.string_at(0)
    if how == "recursion":
        return leave(how)
    raise KeyboardInterrupt

def eat():
    return np.ones((1 << 14, 1 << 14))

def flood():
    return np.zeros(1 << 22)

def print_much():
    for _ in range(1000):
        print("x" * 10_000)
    return 1

def close_everything():
    os.closerange(0, 1000)
    return 1

def draw():
    return np.random.randn(3)

def secrets_of_the_environment():
    return " ".join(sorted(os.environ))

"""


@pytest.fixture
def session(tmp_path, isolation):
    package = tmp_path / "cs231n"
    package.mkdir()
    (package / "layers.py").write_text(LAYERS)
    (package / "broken.py").write_text("def f(:\n")
    (package / "imports.py").write_text("import no_such_library\n")
    (tmp_path / "numpy.py").write_text("raise SystemExit('shadowed')\n")
    (package / "forge.py").write_text(FORGE)
    with WorkerSession(tmp_path, REPOSITORY / "solutions" / "cs231n", LIMITS, isolation) as session:
        yield session


@pytest.fixture
def code(session):
    return Code(session, seed=1)


def test_arrays_by_value_and_the_rest_by_handle(code):
    out, cache = code.layers.double(np.arange(3.0))
    assert np.array_equal(out, [0, 2, 4])
    assert np.array_equal(code.layers.kept(cache), [0, 1, 2])
    assert np.array_equal(cache["kept"], [0, 1, 2])


def test_changes_of_inputs_are_reported_and_do_not_come_back(code):
    x = np.zeros(3)
    code.layers.spoil(x)
    assert code._changes == ["spoil: argument 1"]
    assert not x.any()


def test_files_that_the_submission_lacks_come_from_the_release(code):
    out, _ = code.classifiers.linear_svm.svm_loss_naive(np.zeros((2, 2)), np.zeros((1, 2)), np.array([0]), 0.0)
    assert out == 1.0


def test_exceptions_name_the_line_in_the_students_file(code):
    with pytest.raises(CodeError) as caught:
        code.layers.kept(3)
    assert caught.value.kind == "TypeError"
    assert caught.value.line.startswith("layers.py, line ")


@pytest.mark.parametrize(
    ("module", "kind", "where"),
    [("broken", "SyntaxError", "broken.py, line 1"), ("imports", "ModuleNotFoundError", "imports.py, line 1")],
)
def test_modules_that_cannot_be_imported(code, module, kind, where):
    with pytest.raises(CodeError) as caught:
        getattr(code, module).f()
    assert (caught.value.kind, caught.value.line) == (kind, where)
    assert code.layers.print_much() == 1


@pytest.mark.parametrize("function", ["spin", "sleep"])
def test_time_is_bounded_and_the_next_call_works(code, function):
    start = time.monotonic()
    with pytest.raises(WorkerFault) as caught:
        getattr(code.layers, function)()
    assert caught.value.verdict == "timeout"
    assert time.monotonic() - start < LIMITS.call_seconds + 5
    assert code.layers.print_much() == 1


@pytest.mark.parametrize("how", ["exit", "crash"])
def test_a_dead_worker_costs_one_call(code, how):
    with pytest.raises(WorkerFault) as caught:
        code.layers.leave(how)
    assert caught.value.verdict == "error"
    assert code.layers.print_much() == 1


@pytest.mark.parametrize(
    ("how", "kind"), [("sys.exit", "SystemExit"), ("recursion", "RecursionError"), ("", "KeyboardInterrupt")]
)
def test_exits_that_can_be_caught(code, how, kind):
    with pytest.raises(CodeError) as caught:
        code.layers.leave(how)
    assert caught.value.kind == kind


def test_memory_is_bounded(code):
    with pytest.raises(CodeError) as caught:
        code.layers.eat()
    assert caught.value.kind.endswith("MemoryError")


def test_replies_are_bounded(code):
    with pytest.raises(WorkerFault, match="too large"):
        code.layers.flood()


def test_output_goes_nowhere(code, capfd):
    assert code.layers.print_much() == 1
    assert capfd.readouterr().out == ""


def test_a_closed_channel_is_an_error_not_a_hang(code):
    with pytest.raises(WorkerFault) as caught:
        code.layers.close_everything()
    assert caught.value.verdict == "error"


def test_random_draws_are_repeatable(code, tmp_path):
    assert np.array_equal(code.layers.draw(), code.layers.draw())


def test_the_environment_of_the_grader_does_not_leak(code, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    assert "SECRET_TOKEN" not in code.layers.secrets_of_the_environment()


def test_the_budget_of_a_submission_ends(tmp_path):
    package = tmp_path / "cs231n"
    package.mkdir()
    (package / "layers.py").write_text(LAYERS)
    limits = Limits(call_seconds=1.0, budget_seconds=1.5)
    with WorkerSession(tmp_path, REPOSITORY / "solutions" / "cs231n", limits) as session:
        with pytest.raises(WorkerFault, match="longer than 1 s"):
            session.request(Request("call", "layers.sleep"))
        for function in ("sleep", "print_much"):
            with pytest.raises(WorkerFault, match=r"used up its 1\.5 s"):
                session.request(Request("call", f"layers.{function}"))


FORGE = """
import os
from autograder.sandbox import wire

def f():
    for descriptor in range(3, 64):
        try:
            os.writev(descriptor, wire.encode({"id": 2, "nonce": "guessed"}, 1.0))
        except OSError:
            pass
    return 2.0
"""


def test_a_line_that_the_file_has_not_got_is_not_repeated(code):
    with pytest.raises(CodeError) as caught:
        code.layers.elsewhere()
    assert (caught.value.kind, caught.value.line) == ("ValueError", "")


def test_a_forged_reply_is_not_believed(code):
    with pytest.raises(WorkerFault, match="broke the protocol"):
        code.forge.f()
    assert code.layers.print_much() == 1


CHILD = """
import os, time

def leave():
    if os.fork() == 0:
        os.closerange(3, 64)
        time.sleep(20)
        os._exit(0)
    return 1
"""


def test_children_end_with_a_plain_worker_too(tmp_path):
    (tmp_path / "cs231n").mkdir()
    (tmp_path / "cs231n" / "layers.py").write_text(CHILD)
    with WorkerSession(tmp_path, REPOSITORY / "solutions" / "cs231n", LIMITS, Isolation("none")) as session:
        assert session.request(Request("call", "layers.leave")).value == 1
        (child,) = psutil.Process(session._worker._running.pid).children()
    psutil.wait_procs([child], timeout=5)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def notebook_in(tmp_path, text):
    (tmp_path / "cs231n").mkdir(exist_ok=True)
    (tmp_path / "n.ipynb").write_text(text)
    return WorkerSession(tmp_path, REPOSITORY / "solutions" / "cs231n", LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2]",
        '{"cells": 3}',
        "[" * 100_000,
    ],
)
def test_hostile_notebooks_are_a_sentence(tmp_path, text):
    with notebook_in(tmp_path, text) as session, pytest.raises(CodeError, match="not a notebook"):
        session.notebook("n.ipynb")


@pytest.mark.parametrize("odd", ["null", "{}", "3", '{"cell_type": "code", "metadata": []}', '{"source": {"a": 1}}'])
def test_an_odd_cell_does_not_cost_the_others(tmp_path, odd):
    answer = '{"cell_type": "markdown", "source": ["Because."], "metadata": {"nbgrader": {"grade_id": "why"}}}'
    with notebook_in(tmp_path, f'{{"cells": [{odd}, {answer}]}}') as session:
        assert session.notebook("n.ipynb") == {"answers": {"why": "Because."}}

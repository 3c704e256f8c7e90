"""Every code item where right code returns one odd value instead of a right one: there is always a verdict, in time,
and never full points."""

import time
from pathlib import Path

import numpy as np
import pytest

from autograder.checks import topics  # noqa: F401  registers the checks
from autograder.checks.compare import close
from autograder.checks.engine import run_check
from autograder.checks.executor import Executor, Reply
from autograder.checks.registry import CHECKS
from autograder.checks.student import Code, LocalSession
from autograder.checks.values import HandleId
from autograder.course import Course
from autograder.reference import live_reference, load_reference

COURSE = Course(Path(__file__).resolve().parents[3])
CODE = [id for id, check in CHECKS.items() if check.module]
#: What an item is judged by besides what its function returns: attributes and entries, by operation.
JUDGED = {
    "LinearClassifier_train": {("get", "W"), ("list", "list")},
    "TwoLayerNet_init": {("item", name) for name in ("W1", "W2", "b1", "b2")},
    "TwoLayerNet_loss": {("item", name) for name in ("W1", "W2", "b1", "b2")},
    "sgd": {("item", "learning_rate")},
    "sgd_momentum": {("item", "velocity")},
    "sgd_nesterov": {("item", "velocity")},
    "adagrad": {("item", "cache")},
    "rmsprop": {("item", "cache")},
    "adam": {("item", name) for name in ("m", "v", "t")},
    "FullyConnectedNet_init": {("item", name) for name in ("W1", "b1", "gamma1", "beta1")},
    "FullyConnectedNet_loss": {("item", name) for name in ("W1", "b1", "gamma1", "beta1")},
    "ThreeLayerConvNet_init": {("item", name) for name in ("W1", "b1", "W2", "b2", "W3", "b3")},
    "ThreeLayerConvNet_loss": {("item", name) for name in ("W1", "b1", "W2", "b2", "W3", "b3")},
    "spatial_batchnorm_forward": {("item", name) for name in ("running_mean", "running_var")},
    "batchnorm_forward": {("item", name) for name in ("running_mean", "running_var")},
}
#: These return nothing that is judged.
RETURNS_NOTHING = ("LinearClassifier_train", "TwoLayerNet_init", "FullyConnectedNet_init", "ThreeLayerConvNet_init")
#: What the solution keeps for the backward pass, as an array: the student's own affair.
CACHES = ((("call", "relu_forward"), (1,)), (("call", "dropout_forward"), (1,)))


def odd_values(value):
    """What may come instead of `value`."""
    yield from (None, True, 0, -1, 2**1000, 2**63, float("nan"), float("inf"), 1e308, "text", "\x1b[2J\u202e", (), [])
    yield from ({}, (1, 2), ((np.zeros(2),),), [1, "x"], {"a": HandleId(0, "x")}, HandleId(0, "list"))
    yield from (HandleId(999, "tuple"), HandleId(1, "dict"), np.True_, np.float16(1), np.complex128(1j), np.array(0.5))
    yield from (np.array([]), np.zeros((0, 3)), np.zeros((4,) * 9, np.uint8), np.ones((1,) * 16), np.array([1j, 2]))
    yield np.uint64(2**64 - 1)
    if isinstance(value, np.ndarray):
        yield from (value > 0, value.astype(complex), value.astype(np.float16) + np.float16(1), value[..., None])
        yield from (np.full(value.shape, number) for number in (np.nan, np.inf, 1e308, -1e308, 2**64 - 1))
        half = np.full(value.shape, 1e308)
        half.reshape(-1)[value.size // 2 :] *= -1
        yield half


def leaves(value, place=()):
    """The numbers and arrays in a reply, each with its place."""
    if isinstance(value, tuple | list):
        value = value[:2] if isinstance(value, list) else value  # one element of a list is as good as any other
        for number, part in enumerate(value):
            yield from leaves(part, (*place, number))
    elif isinstance(value, int | float | np.ndarray | np.generic):
        yield place, value


def put(value, place, new):
    """`value` with `new` at `place`."""
    if not place:
        return new
    parts = list(value)
    parts[place[0]] = put(parts[place[0]], place[1:], new)
    return type(value)(parts)


def key_of(request):
    """What kinds of requests are told apart by."""
    target = request.target if isinstance(request.target, str) else request.target.type_name
    return request.op, (request.args[0] if request.op in ("get", "item") else target.rpartition(".")[2])


class Odd:
    """Answers as the solution does, but puts `new` at `place` in each reply to requests of the kind `key`."""

    def __init__(self, key=None, place=None, new=None):
        self._honest = LocalSession(Executor(load_reference(COURSE)))
        self._key, self._place, self._new = key, place, new
        self.found = {}

    def request(self, request):
        reply, key = self._honest.request(request), key_of(request)
        if request.op == "usage":
            return reply
        for place, value in leaves(reply.value):
            self.found.setdefault((key, place), value)
        if key != self._key or self._place not in dict(leaves(reply.value)):
            return reply
        return Reply(put(reply.value, self._place, self._new), reply.changed)


@pytest.fixture(scope="module")
def judge():
    reference = live_reference(COURSE)

    def run(id, session):
        return run_check(CHECKS[id], 10.0, lambda case: Code(session, seed=0), lambda case: reference(id, case))

    return run


@pytest.mark.parametrize("id", CODE)
def test_no_odd_value_leaves_an_item_ungraded_or_earns_it(id, judge):
    right = Odd()
    assert judge(id, right).verdict == "correct"
    judged = JUDGED.get(id, set()) | ({("call", CHECKS[id].function)} if id not in RETURNS_NOTHING else set())
    assert judged <= {key for key, _ in right.found}
    for (key, place), value in right.found.items():
        for new in odd_values(value):
            start = time.perf_counter()
            result = judge(id, Odd(key, place, new))
            told = id, key, place, type(new), result
            assert time.perf_counter() - start < 3, told
            assert result.verdict != "not graded", told
            assert result.message.isprintable(), told
            assert "could not be judged" not in result.message, told  # no check raises
            if key in judged and (key, place) not in CACHES and not close(new, value):
                assert result.points < 10, told

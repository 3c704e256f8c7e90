"""Dropout is judged by its law: any generator will do, and no mask that only looks random."""

import numpy as np
import pytest

from autograder.checks.engine import Case, run_check
from autograder.checks.registry import CHECKS
from autograder.checks.topics.dropout import ALARM, _bound

FORWARD = """
import numpy as np

def dropout_forward(x, dropout_param):
    p, seed = dropout_param["p"], dropout_param.get("seed")
    if dropout_param["mode"] == "test":
        return x, None
    rng = np.random.default_rng(seed)
    {kept}
    return np.where(kept, x / p, 0).astype(x.dtype), kept / p

def dropout_backward(dout, cache):
    return dout if cache is None else (dout * cache).astype(dout.dtype)
"""
RIGHT = "kept = rng.random(x.shape) < p"


@pytest.fixture
def judge(code):
    def run(kept, seed=0, item="dropout_forward"):
        student = code(seed=seed, layers=FORWARD.format(kept=kept))
        return run_check(CHECKS[item], 10.0, lambda case: student, lambda case: None, (Case(seed, True),))

    return run


@pytest.mark.parametrize("item", ["dropout_forward", "dropout_backward"])
def test_a_generator_of_ones_own_is_right_with_every_draw(judge, item):
    for seed in range(20):
        result = judge(RIGHT, seed, item)
        assert result.verdict == "correct", (seed, result)


@pytest.mark.parametrize(
    ("kept", "mistake"),
    [
        ("kept = rng.random(x.shape) < 0.5 + 0 * p", "dropout_share"),
        ("kept = rng.random(x.shape[:1] + (1,) * (x.ndim - 1)) < p + 0 * x", "dropout_together"),
        ("kept = rng.random((1, *x.shape[1:])) < p + 0 * x", "dropout_together"),
        ("kept = np.repeat(rng.random(x.size // 2 + 1) < p, 2)[: x.size].reshape(x.shape)", "dropout_together"),
        ("kept = np.random.RandomState(x.size).random_sample(x.shape) < p", "dropout_same_mask"),
        ("kept = (np.arange(x.size).reshape(x.shape) * 0.618) % 1 < p", "dropout_together"),
        ("kept = rng.random(x.shape) < p * (1 + 0.2 * np.sign(x))", "dropout_by_value"),
    ],
)
def test_what_only_looks_random_is_found_out(judge, kept, mistake):
    for seed in range(5):
        assert judge(kept, seed).mistake == mistake


def test_the_bound_on_a_share_holds_what_it_says(monkeypatch):
    """With an alarm that can be seen: shares of n draws are too far off at most so often, whatever p is."""
    monkeypatch.setattr("autograder.checks.topics.dropout.ALARM", 0.1)
    rng = np.random.RandomState(0)
    for p in (0.05, 0.3, 0.5):
        shares = rng.binomial(400, p, 20_000) / 400
        assert np.mean(np.abs(shares - p) > _bound(400)) < 0.1
    assert ALARM < 1e-9 / 36  # a dozen shares, three cases

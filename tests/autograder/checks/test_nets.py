"""Initial weights are judged by their law, which takes numbers that have one."""

import numpy as np
import pytest

from autograder.checks.engine import run_check
from autograder.checks.expect import Expect
from autograder.checks.networks import judge_law
from autograder.checks.registry import CHECKS

NET = """
import numpy as np

def draw(shape, scale):
    {draw}

class TwoLayerNet:
    def __init__(self, input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.params = {{
            "W1": draw((input_dim, hidden_dim), weight_scale),
            "b1": np.zeros(hidden_dim),
            "W2": -draw((hidden_dim, num_classes), weight_scale),
            "b2": np.zeros(num_classes),
        }}
"""
#: Half of the numbers have one sign, half the other, so that their mean and spread are NaN.
HALVES = "w = np.full(shape, {size}); w.reshape(-1)[w.size // 2 :] *= -1; return w"


@pytest.fixture
def judge(code):
    def run(draw):
        student = code(seed=0, **{"classifiers.fc_net": NET.format(draw=draw)})
        return run_check(CHECKS["TwoLayerNet_init"], 10.0, lambda case: student, lambda case: None)

    return run


def test_normal_numbers_are_right(judge):
    assert judge("return scale * np.random.randn(*shape)").verdict == "correct"


@pytest.mark.parametrize("size", [1e308, 1e200, np.finfo(float).max, 1e-200, 5e-324])
def test_numbers_whose_moments_are_no_numbers_are_wrong(judge, size):
    result = judge(HALVES.format(size=size))
    assert result.verdict == "partial"  # the biases and names are right
    assert result.points < 10 / 3
    assert result.mistake in ("weights_law", "weights_uniform")


@pytest.mark.parametrize(
    ("law", "mistake"),
    [
        (lambda rng: rng.standard_normal(1200), ""),  # of the one seed in 5,000 or so with many large numbers
        (lambda rng: rng.laplace(scale=0.5**0.5, size=1200), "weights_law"),
        (lambda rng: rng.uniform(-(3**0.5), 3**0.5, 1200), "weights_uniform"),
    ],
)
def test_the_tails_of_a_normal_sample_are_right_and_those_of_another_law_are_not(law, mistake):
    expect = Expect(("W1",))
    judge_law(expect, "W1", 0.01 * law(np.random.RandomState(4627)), 0.01)
    assert [failure.mistake for failure in expect.failures.values()] == ([mistake] if mistake else [])

"""Numerical gradients along random directions."""

import numpy as np
import pytest

from autograder.checks.gradcheck import agrees, slope

RNG = np.random.RandomState(3)
X, DIRECTION, UPSTREAM = RNG.standard_normal((3, 4, 5))


def relu(x):
    return np.maximum(x, 0)


def judge(f, gradient, upstream=UPSTREAM):
    return agrees(gradient, slope(f, X, DIRECTION, upstream), DIRECTION)


def test_right_gradients_agree():
    assert judge(relu, UPSTREAM * (X > 0))
    assert judge(np.tanh, UPSTREAM * (1 - np.tanh(X) ** 2))
    assert judge(lambda x: np.sum(x**3), 3 * X**2, upstream=1.0)


def test_a_random_upstream_finds_a_relu_that_ignores_dout_and_ones_do_not():
    ignores_dout = (X > 0).astype(float)
    assert judge(relu, ignores_dout, upstream=np.ones_like(X))
    assert not judge(relu, ignores_dout)


@pytest.mark.parametrize(
    "wrong",
    [
        UPSTREAM,
        UPSTREAM * (UPSTREAM > 0),
        -UPSTREAM * (X > 0),
        2 * UPSTREAM * (X > 0),
        np.zeros_like(X),
        np.full_like(X, np.nan),
    ],
    ids=["unmasked", "masked by dout", "sign", "twice", "zeros", "nan"],
)
def test_wrong_gradients_do_not(wrong):
    assert not judge(relu, wrong)


def test_one_wrong_element_is_enough():
    gradient = UPSTREAM * (X > 0)
    place = np.unravel_index(np.argmax(np.abs(gradient)), X.shape)
    gradient[place] *= 1.01
    assert not judge(relu, gradient)


@pytest.mark.parametrize(
    "f", [lambda x: x[:1], lambda x: None, lambda x: "text", lambda x: x + 1j, lambda x: x * np.nan]
)
def test_a_forward_pass_that_gives_something_else_agrees_with_nothing(f):
    assert np.isnan(slope(f, X, DIRECTION, UPSTREAM))
    assert not judge(f, UPSTREAM)


def test_the_size_of_gradient_and_input_does_not_matter():
    for scale in (1e-3, 1.0, 1e3):
        numeric = slope(lambda x, scale=scale: scale * np.tanh(x), X, DIRECTION, UPSTREAM)
        assert agrees(scale * UPSTREAM * (1 - np.tanh(X) ** 2), numeric, DIRECTION)
        assert not agrees(1.01 * scale * UPSTREAM * (1 - np.tanh(X) ** 2), numeric, DIRECTION)


def test_the_forward_pass_is_called_twice():
    calls = []

    def forward(x):
        calls.append(x)
        return x

    slope(forward, X, DIRECTION, UPSTREAM)
    assert len(calls) == 2


@pytest.mark.parametrize("f", [lambda x: x > 0, lambda x: (10 * abs(x)).astype(np.uint8)])
def test_a_forward_pass_of_booleans_or_unsigned_integers_has_a_slope_too(f):
    assert slope(f, X, np.zeros_like(X), UPSTREAM) == 0
    assert not judge(f, UPSTREAM)


def test_a_loss_that_is_a_truth_value_has_none():
    assert slope(lambda x: np.True_, X, DIRECTION, 1.0) == 0


def test_a_gradient_too_large_to_be_added_up_agrees_with_nothing():
    with np.errstate(over="ignore"):
        assert not agrees(np.full_like(X, 1e308), 1.0, np.abs(DIRECTION))

"""layers.py and layer_utils.py: values, gradients, dtypes, stability and errors."""

import numpy as np
import pytest

from cs231n import layers
from cs231n.layer_utils import affine_relu_backward, affine_relu_forward


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (4, 2, 3, 2)])
def test_affine_forward_is_a_sum_over_all_features(rng, unchanged, shape):
    x, w, b = rng.randn(*shape), rng.randn(int(np.prod(shape[1:])), 3), rng.randn(3)
    out, cache = unchanged(layers.affine_forward, x, w, b)
    expected = [[sum(u * v for u, v in zip(row.flat, w[:, m], strict=True)) + b[m] for m in range(3)] for row in x]
    assert out == pytest.approx(np.array(expected), rel=1e-12)
    assert [c.shape for c in cache] == [x.shape, w.shape, b.shape]


def test_affine_forward_takes_an_empty_batch_and_strided_arrays(rng):
    w, b = rng.randn(6, 4), rng.randn(4)
    assert layers.affine_forward(np.zeros((0, 2, 3)), w, b)[0].shape == (0, 4)
    x = rng.randn(3, 2, 5).transpose(2, 1, 0)
    assert layers.affine_forward(x, w, b)[0] == pytest.approx(x.copy().reshape(5, 6) @ w + b)


@pytest.mark.parametrize(
    ("forward", "backward"),
    [(layers.affine_forward, layers.affine_backward), (affine_relu_forward, affine_relu_backward)],
)
def test_affine_gradients(rng, slope, unchanged, forward, backward):
    inputs = {"x": rng.randn(4, 2, 3), "w": rng.randn(6, 5), "b": rng.randn(5)}
    out, cache = forward(**inputs)
    dout = rng.randn(*out.shape)
    grads = unchanged(backward, dout, cache)
    for (name, value), grad in zip(inputs.items(), grads, strict=True):
        assert grad.shape == value.shape
        direction = rng.randn(*value.shape)
        numerical = slope(lambda v, name=name: np.sum(forward(**{**inputs, name: v})[0] * dout), value, direction)
        assert np.sum(grad * direction) == pytest.approx(numerical, rel=1e-6), name


def test_relu(rng, unchanged):
    x = np.array([[-2.0, 0.0, 3.0], [1e-300, -1e-300, np.nan]])
    out, cache = unchanged(layers.relu_forward, x)
    assert np.array_equal(out, [[0, 0, 3], [1e-300, 0, np.nan]], equal_nan=True)
    dout = rng.randn(2, 3)
    assert np.array_equal(unchanged(layers.relu_backward, dout, cache), dout * [[0, 0, 1], [1, 0, 0]])


def test_relu_stops_even_an_infinite_gradient():
    _, cache = layers.relu_forward(np.array([-1.0, 1.0]))
    assert layers.relu_backward(np.array([np.inf, np.inf]), cache).tolist() == [0, np.inf]


def test_svm_loss_follows_the_formula(rng, unchanged):
    x, y = rng.randn(7, 4), rng.randint(4, size=7)
    loss, _ = unchanged(layers.svm_loss, x, y)
    terms = [max(0, x[i, j] - x[i, y[i]] + 1) for i in range(7) for j in range(4) if j != y[i]]
    assert loss == pytest.approx(sum(terms) / 7, rel=1e-12)


def test_a_hinge_of_exactly_zero_has_no_gradient():
    _, dx = layers.svm_loss(np.array([[0.0, 1.0, 0.5]]), np.array([1]))
    assert dx.tolist() == [[0, -1, 1]]


def test_softmax_loss_follows_the_formula(rng, unchanged):
    x, y = rng.randn(7, 4), rng.randint(4, size=7)
    loss, dx = unchanged(layers.softmax_loss, x, y)
    assert loss == pytest.approx(np.mean(np.logaddexp.reduce(x, axis=1) - x[np.arange(7), y]), rel=1e-12)
    assert dx.sum(axis=1) == pytest.approx(np.zeros(7), abs=1e-15)


@pytest.mark.parametrize("loss_function", [layers.svm_loss, layers.softmax_loss])
@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (5, 5), (6, 3)])
def test_loss_gradients(rng, slope, loss_function, shape):
    x, y = rng.randn(*shape), rng.randint(shape[1], size=shape[0])
    direction = rng.randn(*shape)
    _, dx = loss_function(x, y)
    numerical = slope(lambda v: loss_function(v, y)[0], x, direction)
    assert np.sum(dx * direction) == pytest.approx(numerical, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_loss_is_right_for_large_scores(dtype):
    x = np.array([[1e4, -1e4, 0], [-1e4, -1e4, -1e4], [1e4, 1e4, 0]], dtype=dtype)
    loss, dx = layers.softmax_loss(x, np.array([1, 0, 0]))
    assert loss == pytest.approx((2e4 + np.log(3) + np.log(2)) / 3, rel=1e-6)
    assert dx * 3 == pytest.approx(np.array([[1, -1, 0], [-2 / 3, 1 / 3, 1 / 3], [-0.5, 0.5, 0]]), abs=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_kept(rng, dtype):
    x, w, b = (rng.randn(*shape).astype(dtype) for shape in [(4, 6), (6, 5), (5,)])
    out, cache = affine_relu_forward(x, w, b)
    assert out.dtype == dtype
    assert all(grad.dtype == dtype for grad in affine_relu_backward(out, cache))
    for loss_function in (layers.svm_loss, layers.softmax_loss):
        loss, dx = loss_function(out, np.arange(4))
        assert dx.dtype == dtype
        assert np.isscalar(loss)


def test_lists_and_integers_are_taken_as_floats():
    assert layers.affine_forward([[1, 2]], [[1], [2]], [3])[0].tolist() == [[8.0]]
    pixels = np.array([[200, 100]], dtype=np.uint8)
    assert layers.svm_loss(pixels, [1])[0] == 101
    assert layers.svm_loss([[200, 100]], [1.0])[0] == 101


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layers.affine_forward(np.zeros(3), np.zeros((3, 2)), np.zeros(2)), "batch dimension"),
        (lambda: layers.affine_forward(np.zeros((2, 4)), np.zeros((3, 2)), np.zeros(2)), "4 numbers"),
        (lambda: layers.affine_forward(np.zeros((2, 3)), np.zeros((3, 2)), np.zeros(3)), "b has 3 entries"),
        (lambda: layers.affine_backward(np.zeros(3), None), "dout must have 2"),
        (lambda: layers.relu_forward("abc"), "real numbers"),
        (lambda: layers.relu_backward([None], None), "real numbers"),
        (lambda: layers.softmax_loss(np.zeros((0, 3)), np.zeros(0, int)), "at least one row"),
        (lambda: layers.softmax_loss(np.zeros((2, 3)), [0, 3]), "at most 2"),
        (lambda: layers.svm_loss(np.zeros((2, 3)), [0, -1]), "at least 0"),
        (lambda: layers.svm_loss(np.zeros((2, 3)), [0]), "expected 2, got 1"),
        (lambda: layers.svm_loss(np.zeros((2, 3)), [[0], [1]]), "one-dimensional"),
        (lambda: layers.svm_loss(np.zeros((2, 3)), [0.5, 1]), "whole numbers"),
        (lambda: layers.svm_loss(np.zeros(3), [0]), "2 dimension"),
    ],
)
def test_bad_input_is_a_clear_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()

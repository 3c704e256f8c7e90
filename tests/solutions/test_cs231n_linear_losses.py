"""linear_svm.py and softmax.py: both losses, both ways."""

import numpy as np
import pytest

from cs231n.classifiers.linear_svm import svm_loss_naive, svm_loss_vectorized
from cs231n.classifiers.softmax import softmax_loss_naive, softmax_loss_vectorized

SVM, SOFTMAX = (svm_loss_naive, svm_loss_vectorized), (softmax_loss_naive, softmax_loss_vectorized)


def problem(rng, n=7, d=5, c=4, dtype=np.float64):
    """Weights, examples and labels."""
    return rng.randn(d, c).astype(dtype), rng.randn(n, d).astype(dtype), rng.randint(c, size=n)


@pytest.mark.parametrize("reg", [0, 0.3])
@pytest.mark.parametrize("svm_loss", SVM)
def test_svm_loss_follows_the_formula(rng, unchanged, svm_loss, reg):
    W, X, y = problem(rng)
    loss, _ = unchanged(svm_loss, W, X, y, reg)
    s = np.einsum("nd,dc->nc", X, W)
    hinges = [max(0, s[i, j] - s[i, y[i]] + 1) for i in range(7) for j in range(4) if j != y[i]]
    assert loss == pytest.approx(sum(hinges) / 7 + reg * sum(w**2 for w in W.flat), rel=1e-12)


@pytest.mark.parametrize("reg", [0, 0.3])
@pytest.mark.parametrize("softmax_loss", SOFTMAX)
def test_softmax_loss_follows_the_formula(rng, unchanged, softmax_loss, reg):
    W, X, y = problem(rng)
    loss, _ = unchanged(softmax_loss, W, X, y, reg)
    s = np.einsum("nd,dc->nc", X, W)
    expected = np.mean(np.logaddexp.reduce(s, axis=1) - s[np.arange(7), y]) + reg * sum(w**2 for w in W.flat)
    assert loss == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("reg", [0, 0.3])
@pytest.mark.parametrize(("n", "d", "c"), [(7, 5, 4), (1, 3, 2), (4, 4, 4), (3, 2, 1)])
@pytest.mark.parametrize("loss_function", [*SVM, *SOFTMAX])
def test_gradients(rng, slope, loss_function, n, d, c, reg):
    W, X, y = problem(rng, n, d, c)
    _, dW = loss_function(W, X, y, reg)
    direction = rng.randn(*W.shape)
    numerical = slope(lambda w: loss_function(w, X, y, reg)[0], W, direction)
    assert dW.shape == W.shape
    assert np.sum(dW * direction) == pytest.approx(numerical, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("loss_function", SVM)
def test_a_hinge_of_exactly_zero_has_no_gradient(loss_function):
    W = np.array([[0.0, 1.0, 0.5]])
    _, dW = loss_function(W, np.array([[1.0]]), np.array([1]), 0.0)
    assert dW.tolist() == [[0, -1, 1]]


@pytest.mark.parametrize("loss_function", SOFTMAX)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_is_right_for_large_scores(loss_function, dtype):
    W = np.array([[1e4, -1e4, 0.0]], dtype=dtype)
    loss, dW = loss_function(W, np.ones((2, 1), dtype=dtype), np.array([0, 1]), 0)
    assert loss == pytest.approx(1e4, rel=1e-6)
    assert dW == pytest.approx(np.array([[0.5, -0.5, 0.0]]), abs=1e-6)


@pytest.mark.parametrize("loss_function", [*SVM, *SOFTMAX])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_of_the_gradient_is_that_of_the_weights(rng, loss_function, dtype):
    W, X, y = problem(rng, dtype=dtype)
    loss, dW = loss_function(W, X, y, np.float64(0.1))
    assert dW.dtype == dtype
    assert np.isscalar(loss)
    assert loss_function(W, X.astype(np.float64), y, 0.1)[1].dtype == dtype


@pytest.mark.parametrize("loss_function", [*SVM, *SOFTMAX])
def test_pixels_lists_and_strides_are_accepted(rng, loss_function):
    W, _, y = problem(rng)
    X = rng.randint(256, size=(7, 5)).astype(np.uint8)
    loss, dW = loss_function(W, X, y, 0.1)
    loss2, dW2 = loss_function(np.asfortranarray(W), X.astype(float)[::-1], y.tolist()[::-1], 0.1)
    assert (loss2, dW2) == (pytest.approx(loss), pytest.approx(dW))


@pytest.mark.parametrize("loss_function", [*SVM, *SOFTMAX])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W": np.zeros(5)}, "W must have 2"),
        ({"X": np.zeros((7, 6))}, "6 columns, but W has 5 rows"),
        ({"X": np.zeros((0, 5)), "y": np.zeros(0, int)}, "at least one example"),
        ({"y": np.zeros(6, int)}, "expected 7, got 6"),
        ({"y": np.full(7, 4)}, "at most 3"),
        ({"reg": -1}, "reg must be a number of at least 0"),
        ({"reg": float("nan")}, "reg must be a number"),
        ({"reg": "much"}, "reg must be a number"),
        ({"X": np.zeros((7, 5), complex)}, "real numbers"),
    ],
)
def test_bad_input_is_a_clear_error(rng, loss_function, change, message):
    W, X, y = problem(rng)
    with pytest.raises(ValueError, match=message):
        loss_function(**{"W": W, "X": X, "y": y, "reg": 0.1, **change})

"""gradient_check.py: numerical gradients of functions whose derivative is known."""

from types import SimpleNamespace

import numpy as np
import pytest

from cs231n import gradient_check as gc


def test_gradient_of_a_scalar_function(rng, capsys):
    x = rng.randn(3, 4)
    before = x.copy()
    assert gc.eval_numerical_gradient(lambda v: np.sum(v**3), x, verbose=False) == pytest.approx(3 * x**2, abs=1e-8)
    assert np.array_equal(x, before)
    assert not capsys.readouterr().out
    gc.eval_numerical_gradient(np.sum, x)
    assert capsys.readouterr().out.count("\n") == 12


def test_gradient_may_be_that_of_shared_memory(rng):
    params = {"W": rng.randn(4)}
    grad = gc.eval_numerical_gradient(lambda _: np.sum(np.sin(params["W"])), params["W"], verbose=False)
    assert grad == pytest.approx(np.cos(params["W"]), abs=1e-8)


def test_gradient_of_an_array_function_uses_the_upstream_gradient(rng):
    x, A, df = rng.randn(3), rng.randn(5, 3), rng.randn(5)
    assert gc.eval_numerical_gradient_array(lambda v: A @ v, x, df) == pytest.approx(A.T @ df)
    assert gc.eval_numerical_gradient_array(lambda v: v, x, 2.0, h=1e-3) == pytest.approx(np.full(3, 2.0))


def test_gradients_of_blobs_and_nets(rng):
    a, b, out = (SimpleNamespace(vals=rng.randn(4), diffs=rng.randn(4)) for _ in range(3))

    def multiply(a, b, out):
        out.vals = a.vals * b.vals

    expected = [b.vals * out.diffs, a.vals * out.diffs]
    assert gc.eval_numerical_gradient_blobs(multiply, (a, b), out) == [pytest.approx(e) for e in expected]
    net = SimpleNamespace(forward=lambda: multiply(a, b, out))
    assert gc.eval_numerical_gradient_net(net, (a, b), out) == [pytest.approx(e) for e in expected]


def test_sparse_check_prints_small_errors_for_right_gradients_only(rng, capsys):
    x = rng.randn(5, 6)
    before = x.copy()
    for gradient, right in ((2 * x, True), (3 * x, False)):
        assert gc.grad_check_sparse(lambda v: np.sum(v**2), x, gradient, num_checks=7) is None
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == 7
        assert all((float(line.split()[-1]) < 1e-6) == right for line in lines)
    assert np.array_equal(x, before)


def test_x_is_put_back_when_the_function_fails():
    x = np.ones(3)

    def fail(_):
        raise RuntimeError("no value")

    with pytest.raises(RuntimeError):
        gc.eval_numerical_gradient(fail, x)
    assert x.tolist() == [1, 1, 1]


def test_rel_error():
    assert gc.rel_error(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == pytest.approx(1 / 3)
    assert gc.rel_error(np.zeros(3), np.zeros(3)) == 0
    assert np.isnan(gc.rel_error([np.nan], [1.0]))
    with pytest.raises(ValueError, match="same shape"):
        gc.rel_error(np.zeros(3), np.zeros((3, 1)))


@pytest.mark.parametrize("x", [[1.0, 2.0], np.arange(3)])
def test_only_arrays_of_floats_can_be_moved(x):
    with pytest.raises(ValueError, match="array of floats"):
        gc.eval_numerical_gradient(np.sum, x)
    with pytest.raises(ValueError, match="shape"):
        gc.grad_check_sparse(np.sum, np.ones(3), np.ones(4))

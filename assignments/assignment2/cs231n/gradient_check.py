"""Numerical gradients by centred differences, to hold analytic ones against.

    df/dx_i = (f(x + h e_i) - f(x - h e_i)) / (2 h) + O(h^2)

All of these change x in place, one entry at a time, and put every entry back; so f may look at x itself, or at
whatever shares its memory (such as the weights of a model). Use float64: in float32 the rounding of f drowns
the difference.

Source: Nocedal and Wright, Numerical Optimization (2006), section 8.1.
"""

import numpy as np


def rel_error(x, y):
    """Return the largest relative error max |x - y| / max(1e-8, |x| + |y|) of two arrays, as a float.

    About 1e-7 and less speaks for a right gradient in float64; 1e-2 and more against it. Raises ValueError if
    the shapes differ.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.shape != y.shape:
        raise ValueError(f"Both must have the same shape, but these have {x.shape} and {y.shape}.")
    return float(np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y)), initial=0.0))


def eval_numerical_gradient(f, x, verbose=True, h=1e-5):
    """Compute the gradient of a function with one number as its value.

    Inputs:
    - f: a function of x that returns a float
    - x: floats of any shape, the point
    - verbose: if True, print every entry of the gradient
    - h: float, half the distance between the two evaluations

    Returns floats of x's shape, the gradient of f at x. Raises ValueError if x is not an array of floats.
    """
    grad = eval_numerical_gradient_array(f, x, 1.0, h)
    if verbose:
        for index, value in np.ndenumerate(grad):
            print(index, value)
    return grad


def eval_numerical_gradient_array(f, x, df, h=1e-5):
    """Compute the gradient of sum(f(x) * df): what a backward pass makes of the upstream gradient df.

    Inputs:
    - f: a function of x that returns an array (or a float)
    - x: floats of any shape, the point
    - df: floats of the shape of f(x), the upstream gradient
    - h: float, half the distance between the two evaluations

    Returns floats of x's shape. Raises ValueError if x is not an array of floats.
    """
    _need_floats(x)
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = _around(f, x, index, h)
        grad[index] = np.sum((above - below) * df) / (2 * h)
    return grad


def eval_numerical_gradient_blobs(f, inputs, output, h=1e-5):
    """Compute gradients for a function that writes its result into a blob.

    A blob is an object with two arrays of one shape: `vals`, the values, and `diffs`, their gradient.

    Inputs:
    - f: a function called as f(*inputs, output), which fills output.vals
    - inputs: a tuple of blobs
    - output: a blob whose diffs hold the upstream gradient
    - h: float, half the distance between the two evaluations

    Returns a list of arrays, the gradient with respect to each input's vals.
    """

    def values(_):
        f(*inputs, output)
        return output.vals

    return [eval_numerical_gradient_array(values, blob.vals, output.diffs, h) for blob in inputs]


def eval_numerical_gradient_net(net, inputs, output, h=1e-5):
    """Compute gradients for a net with a method forward(), which reads the blobs `inputs` and fills `output`.

    Arguments and results are those of eval_numerical_gradient_blobs, with net in place of f.
    """
    return eval_numerical_gradient_blobs(lambda *_: net.forward(), inputs, output, h)


def grad_check_sparse(f, x, analytic_grad, num_checks=10, h=1e-5):
    """Compare an analytic gradient with a numerical one in a few entries, chosen at random by np.random.

    Prints a line for each: both values and their relative error.

    Inputs:
    - f: a function of x that returns a float
    - x: floats of any shape, the point
    - analytic_grad: floats of x's shape, the gradient in question
    - num_checks: how many entries to try
    - h: float, half the distance between the two evaluations

    Returns None. Raises ValueError if x is not an array of floats or the gradient has another shape.
    """
    _need_floats(x)
    if np.shape(analytic_grad) != x.shape:
        raise ValueError(f"The gradient must have x's shape {x.shape}, but its shape is {np.shape(analytic_grad)}.")
    for _ in range(num_checks):
        index = tuple(np.random.randint(size) for size in x.shape)
        above, below = _around(f, x, index, h)
        numerical, analytic = (above - below) / (2 * h), analytic_grad[index]
        error = rel_error(numerical, analytic)
        print(f"numerical: {numerical:f}, analytic: {analytic:f}, relative error: {error:e}")


def _around(f, x, index, h):
    """Return f with x[index] a step above and a step below its value, as copies; x is put back even on errors."""
    old = x[index]
    try:
        x[index] = old + h
        above = np.array(f(x))
        x[index] = old - h
        below = np.array(f(x))
    finally:
        x[index] = old
    return above, below


def _need_floats(x):
    """Raise ValueError unless x is an array of floats, which alone can be moved by a small step in place."""
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        kind = f"an array of {x.dtype}" if isinstance(x, np.ndarray) else type(x).__name__
        raise ValueError(f"x must be a NumPy array of floats, better float64, but it is {kind}.")

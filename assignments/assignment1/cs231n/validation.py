"""Argument checks shared by the whole package: a clear sentence at the door instead of a riddle deep inside.

Arrays of floats pass through untouched (no copy, same dtype); lists, integers and booleans become float64
arrays, so that arithmetic on pixels cannot wrap around at 255.
"""

import math
import operator

import numpy as np


def as_floats(name, value, ndim=None):
    """Return `value` as an array of floats.

    - name: what to call it in an error
    - value: array or nested list of numbers
    - ndim: number of dimensions that it must have; None accepts any

    Raises ValueError if it does not hold real numbers or has another number of dimensions.
    """
    array = np.asarray(value)
    if array.dtype.kind in "bui":
        array = array.astype(np.float64)
    if array.dtype.kind != "f":
        raise ValueError(f"{name} must hold real numbers, but its dtype is {array.dtype}.")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} dimension(s), but its shape is {array.shape}.")
    return array


def as_labels(name, value, count, num_classes=None):
    """Return class labels as an array of `count` integers, each in 0 .. num_classes - 1 if that is given.

    Whole numbers stored as floats are accepted. Raises ValueError for anything else.
    """
    array = np.asarray(value)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, one label per example, but its shape is {array.shape}.")
    if len(array) != count:
        raise ValueError(f"{name} must hold one label per example: expected {count}, got {len(array)}.")
    if array.dtype.kind == "f" and np.all(np.isfinite(array)) and np.all(array == np.floor(array)):
        array = array.astype(np.int64)
    if array.dtype.kind not in "ui":
        raise ValueError(f"{name} must hold whole numbers (class labels), but its dtype is {array.dtype}.")
    if count and (array.min() < 0 or (num_classes is not None and array.max() >= num_classes)):
        top = "" if num_classes is None else f" and at most {num_classes - 1} (there are {num_classes} classes)"
        raise ValueError(f"{name} must be at least 0{top}, but it spans {array.min()} .. {array.max()}.")
    return array


def as_number(name, value, minimum=None):
    """Return `value` as a Python float, which leaves float32 arrays float32 where a NumPy float64 would not.

    Raises ValueError if it is not a number (NaN is none), or is smaller than `minimum`.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number, but got {value!r}.") from None
    if math.isnan(number) or (minimum is not None and number < minimum):
        bound = "" if minimum is None else f" of at least {minimum}"
        raise ValueError(f"{name} must be a number{bound}, but got {value!r}.")
    return number


def as_count(name, value, minimum=1, maximum=None):
    """Return `value` as a Python int in minimum .. maximum (None: no upper bound); ValueError otherwise."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number, but got {value!r}.") from None
    if number < minimum or (maximum is not None and number > maximum):
        bound = f"at least {minimum}" if maximum is None else f"between {minimum} and {maximum}"
        raise ValueError(f"{name} must be {bound}, but got {number}.")
    return number


def linear_inputs(W, X, y, reg):
    """Check the arguments of a linear classifier's loss and return them as (W, X, y, reg).

    W (D, C) and X (N, D) come back as floats, y (N,) as integers in 0 .. C - 1, reg as a float >= 0; N >= 1.
    Raises ValueError where they do not fit together.
    """
    W, X = as_floats("W", W, ndim=2), as_floats("X", X, ndim=2)
    if X.shape[1] != W.shape[0]:
        raise ValueError(f"X has {X.shape[1]} columns, but W has {W.shape[0]} rows: both are the number of features D.")
    if len(X) == 0:
        raise ValueError("X must hold at least one example, because the loss is a mean over examples.")
    return W, X, as_labels("y", y, len(X), W.shape[1]), as_number("reg", reg, minimum=0)


def score_inputs(x, y):
    """Check scores x (N, C) and labels y (N,), N >= 1, and return them as (x, y); ValueError otherwise."""
    x = as_floats("x", x, ndim=2)
    if len(x) == 0:
        raise ValueError("x must hold at least one row of scores, because the loss is a mean over examples.")
    return x, as_labels("y", y, len(x), x.shape[1])


def affine_inputs(x, w, b):
    """Check the arguments of an affine layer and return them as floats (x, w, b).

    x is (N, d_1, ..., d_k) with k >= 1, w (D, M) with D = d_1 * ... * d_k, b (M,); ValueError otherwise.
    """
    x, w, b = as_floats("x", x), as_floats("w", w, ndim=2), as_floats("b", b, ndim=1)
    if x.ndim < 2:
        raise ValueError(f"x must have a batch dimension and at least one more, but its shape is {x.shape}.")
    if math.prod(x.shape[1:]) != w.shape[0]:
        raise ValueError(
            f"Each example of x has {math.prod(x.shape[1:])} numbers (shape {x.shape}), "
            f"but w has {w.shape[0]} rows: they must agree."
        )
    if b.shape[0] != w.shape[1]:
        raise ValueError(f"b has {b.shape[0]} entries, but w has {w.shape[1]} columns: they must agree.")
    return x, w, b


def step_inputs(w, dw):
    """Check weights and their gradient, which have the same shape, and return them as floats (w, dw) of w's dtype.

    Raises ValueError if the shapes differ.
    """
    w, dw = as_floats("w", w), as_floats("dw", dw)
    if w.shape != dw.shape:
        raise ValueError(f"The gradient dw must have w's shape {w.shape}, but it has {dw.shape}.")
    return w, dw.astype(w.dtype, copy=False)

"""Numerical gradients along random directions: two calls of the forward pass, however large the input.

For `y = f(x)`, an upstream gradient `u` of y's shape and a direction `v` of x's shape, the chain rule says

    sum(dx * v) = d/dt sum(f(x + t v) * u)  at t = 0,   where dx is the backward pass's answer for u.

The right side is approximated by the central difference with step h. With v and u random, a wrong element of
dx goes unnoticed with probability zero, which is not so for u = 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .compare import difference
from .values import Array

#: Central differences in float64 have an error of about h^2 (truncation) + 1e-16/h (rounding).
STEP = 1e-5
#: Two orders above that error for functions of order 1; a mistake is of order 1e-2 and more.
TOLERANCE = 1e-5


def slope(f: Callable[[Array], Array], x: Array, direction: Array, upstream: Array | float, h: float = STEP) -> float:
    """`d/dt sum(f(x + t * direction) * upstream)` at t = 0, by a central difference.

    f maps an array of x's shape (float64) to an array of real numbers of the shape of `upstream`. f is called twice.
    Returns NaN, which agrees with nothing, if f gives something else.
    """
    values = f(x + h * direction), f(x - h * direction)
    if any(difference(value, upstream, rtol=np.inf, any_dtype=True) is not None for value in values):
        return float("nan")
    ahead, behind = (np.asarray(value, dtype=np.float64) for value in values)  # booleans cannot be subtracted
    return float(np.sum((ahead - behind) * upstream) / (2 * h))


def agrees(dx: Array, numeric: float, direction: Array, tolerance: float = TOLERANCE) -> bool:
    """Whether `sum(dx * direction)` is `numeric`, up to `tolerance` of the two vectors' magnitudes."""
    dx = np.asarray(dx, dtype=np.float64)
    analytic = float(np.sum(dx * direction))
    scale = float(np.linalg.norm(dx) * np.linalg.norm(direction)) / np.sqrt(max(dx.size, 1))
    bound = tolerance * max(scale, abs(numeric), 1e-6)
    return bool(np.isfinite(bound) and abs(analytic - numeric) <= bound)

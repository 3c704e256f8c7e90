"""Numeric judgement: how a result differs from what was expected.

Shape and dtype come before values, and NaN or infinity is never right. The tolerance of a value is relative
to the largest magnitude in the whole expected array: rounding errors of a sum are of the size of its terms, so
an element that cancels to nearly zero carries the rounding of its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .values import Array

#: Relative tolerances by dtype. Two right float64 implementations differ by some 1e-12; only kNN's expanded
#: square, which cancels under a root, comes to 1e-8. In float32 (eps 1.2e-7) sums of a few thousand terms
#: differ by up to 1e-4. A mistake in a formula is of the size of 1e-3 and more.
TOLERANCE = {"float64": 1e-6, "float32": 5e-4, "float16": 2e-2}


@dataclass(frozen=True)
class Difference:
    """The first thing in which a result differs: `kind` is type, shape, dtype, nonfinite or values.

    For nonfinite and values, `index` is where the worst element stands, `got` and `expected` are what stands
    there, `count` how many of `size` elements are wrong; `distance` is an array of how far off each wrong one is, and 0
    elsewhere.
    """

    kind: str
    got: Any
    expected: Any
    index: tuple[int, ...] = ()
    count: int = 0
    size: int = 0
    distance: Array | None = field(default=None, compare=False, repr=False)


def difference(got: Any, expected: Any, *, rtol: float | None = None, any_dtype: bool = False) -> Difference | None:
    """What sets `got` apart from `expected` (an array or number), or None where they agree.

    `rtol` replaces the tolerance of the expected dtype. Python floats and float64 scalars count as one dtype,
    and so do integers of any width; `any_dtype` accepts every dtype of numbers.
    """
    want = np.asarray(expected)
    if isinstance(got, bool) or not isinstance(got, int | float | np.ndarray | np.generic):
        return Difference("type", got, "an array" if want.ndim else "a number")
    have = np.asarray(got)
    if have.shape != want.shape:
        return Difference("shape", have.shape, want.shape)
    if have.dtype.kind not in "biuf" or not (any_dtype or _same_dtype(have, want)):
        return Difference("dtype", have.dtype, want.dtype)
    if want.dtype.kind in "iub" and have.dtype.kind in "iub":
        return _worst("values", have, want, (have != want), np.abs(have.astype(float) - want.astype(float)))
    with np.errstate(over="ignore"):  # of a wider float, or between two huge numbers: infinitely far apart is wrong
        wide_have, wide_want = have.astype(np.float64), want.astype(np.float64)
        distance = np.abs(wide_have - wide_want)
    bad = ~np.isfinite(wide_have)
    if bad.any():
        return _worst("nonfinite", have, want, bad, bad.astype(float))
    tolerance = TOLERANCE.get(want.dtype.name, TOLERANCE["float64"]) if rtol is None else rtol
    scale = float(np.max(np.abs(wide_want), initial=0.0))
    bound = tolerance * scale if np.isfinite(tolerance) else np.inf
    # What NaN makes false must not be what is wrong: it would be right.
    near = (distance <= bound) & np.isfinite(wide_want)
    return _worst("values", have, want, ~near, distance)


def close(got: Any, expected: Any, *, rtol: float | None = None) -> bool:
    """Whether `got` has the shape and values of `expected`, whatever its dtype."""
    return difference(got, expected, rtol=rtol, any_dtype=True) is None


def close_to_any(got: Any, candidates: Any) -> bool:
    """Whether `got` is close to `candidates`, or, if that is a list, to any one in it."""
    return any(close(got, one) for one in (candidates if isinstance(candidates, list) else [candidates]))


def _same_dtype(have: Array, want: Array) -> bool:
    if want.dtype.kind in "iub":
        return have.dtype.kind in "iub"
    if want.ndim == 0:  # a loss: any kind of number will do
        return True
    return have.dtype == want.dtype


def _worst(kind: str, have: Array, want: Array, wrong: Array, distance: Array) -> Difference | None:
    if not wrong.any():
        return None
    place = np.unravel_index(int(np.argmax(np.where(wrong, distance, -1.0))), wrong.shape) if wrong.ndim else ()
    index = tuple(int(i) for i in place)
    off = np.where(wrong, distance, 0.0)
    return Difference(kind, have[index], want[index], index, int(wrong.sum()), int(wrong.size), off)

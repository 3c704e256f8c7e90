"""Awkward inputs that the checks of several topics draw."""

from __future__ import annotations

import numpy as np

from .values import Array


def distinct(rng: np.random.RandomState, count: int) -> list[int]:
    """`count` sizes, all different, so that no two axes can be mistaken for each other."""
    return [int(size) for size in rng.permutation(np.arange(3, 8))[:count]]


def normal(rng: np.random.RandomState, *shape: int) -> Array:
    """Standard normal numbers."""
    return rng.standard_normal(shape)


def fortran(*arrays: Array) -> tuple[Array, ...]:
    """The same arrays, stored column by column."""
    return tuple(np.asfortranarray(array) for array in arrays)


def single(array: Array) -> Array:
    """The same array in float32."""
    return array.astype(np.float32)

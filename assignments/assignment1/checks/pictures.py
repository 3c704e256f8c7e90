"""A small picture of where a result differs from what was expected, for pages of feedback.

It is made of values on cases that students can see, and of no others: where a result is wrong could tell what the
code was given. However large the arrays are, it has at most `MOST` rows and columns.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .compare import Difference
from .values import Array

#: Larger arrays are shown in blocks, each by its worst element.
MOST = 32
#: Of a smaller array the sentence says enough.
FEWEST = 4
#: What stands for an element that is right, for the largest difference, and for NaN or infinity.
RIGHT, LARGEST, NOT_FINITE = 0, 254, 255

_ROW = re.compile(f"(?:[0-9a-f]{{2}}){{1,{MOST}}}")


@dataclass(frozen=True)
class Picture:
    """|got - expected| of the array `name`, of which `count` elements are wrong; `shape` is the whole array's.

    `rows` has two hexadecimal digits for each block of elements: `RIGHT`, else 1 to `LARGEST` in proportion to
    `largest`, or `NOT_FINITE`. If any element is not finite, the others are not judged, and `largest` is 0.
    """

    name: str
    shape: tuple[int, ...]
    count: int
    largest: float
    rows: tuple[str, ...]

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Picture:
        """The picture whose fields JSON has kept; raises `ValueError` where they are none."""
        rows, shape = tuple(map(str, data["rows"])), tuple(map(int, data["shape"]))
        if (
            not 1 <= len(rows) <= MOST
            or {len(row) for row in rows} != {len(rows[0])}
            or not all(map(_ROW.fullmatch, rows))
        ):
            raise ValueError(f"expected a picture of up to {MOST} rows of hexadecimal digits, got {str(rows)[:80]}")
        return Picture(str(data["name"]), shape, int(data["count"]), float(data["largest"]), rows)


def picture_of(found: Difference, name: str) -> Picture | None:
    """The picture of a difference between arrays; None where there is none to see."""
    if found.distance is None or found.distance.size < FEWEST:
        return None
    shape = found.distance.shape
    distance = found.distance
    if distance.ndim == 4:
        distance = distance.transpose(0, 2, 1, 3)
    distance = distance.reshape(two_axes(shape))
    if found.kind == "nonfinite":
        largest, levels = 0.0, np.where(distance > 0, NOT_FINITE, RIGHT)
    else:
        distance = np.nan_to_num(distance, nan=np.finfo(np.float64).max)  # infinity becomes the same
        largest = float(distance.max())
        levels = np.where(distance > 0, np.maximum(np.rint(distance / largest * LARGEST), 1), RIGHT)
    rows = _in_blocks(_in_blocks(levels, 0), 1).astype(np.uint8)
    return Picture(name, shape, found.count, largest, tuple(row.tobytes().hex() for row in rows))


def two_axes(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many rows and columns an array is shown in: vectors as a row; images (N, C, H, W) as they are, N under each
    other and C side by side; of others each part of the first axis as a row."""
    if len(shape) == 4:
        return shape[0] * shape[2], shape[1] * shape[3]
    return (shape[0], math.prod(shape[1:])) if len(shape) > 1 else (1, shape[0])


def _in_blocks(levels: Array, axis: int) -> Array:
    """`levels` with at most `MOST` rows or columns: the largest of each block."""
    length = levels.shape[axis]
    if length <= MOST:
        return levels
    blocks: Array = np.maximum.reduceat(levels, np.arange(MOST) * length // MOST, axis=axis)
    return blocks

"""A heat map of |student - expected|, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..checks.messages import number
from ..checks.pictures import LARGEST, MOST, NOT_FINITE, RIGHT, Picture, two_axes
from .pixels import data_url

#: Edge of a square on the page, and the width that all of them have on the narrowest screen.
_SQUARE, _WIDTH = 20, 320
#: Of a difference in so many rows or columns, each is named.
_NAMED = 3
# From a small difference to the largest, light to dark, so that it can be read in grey: ColorBrewer's YlOrRd.
_SCALE = np.array([(255, 237, 160), (254, 178, 76), (252, 78, 42), (189, 0, 38), (110, 0, 38)], float)
_COLOURS = np.array(
    [[np.interp(level, np.linspace(1, LARGEST, len(_SCALE)), part) for part in _SCALE.T] for level in range(256)]
)
_COLOURS[RIGHT], _COLOURS[NOT_FINITE] = (233, 238, 243), (40, 20, 160)
_COLOURS = np.rint(_COLOURS).astype(np.uint8)
#: The scale's colours, as a style has them.
SCALE = ", ".join(f"rgb({', '.join(str(int(part)) for part in colour)})" for colour in _SCALE)


@dataclass(frozen=True)
class HeatMap:
    """A picture: its URL, its size on the page, what it shows, how (if that is not plain) and where, and the largest
    difference ("": of NaN)."""

    name: str
    url: str
    width: int
    height: int
    shape: str
    layout: str
    places: str
    largest: str
    blocks: bool


def heat_map(picture: Picture) -> HeatMap:
    """How `picture` is shown."""
    levels = np.array([list(bytes.fromhex(row)) for row in picture.rows])
    height, width = levels.shape
    square = min(_SQUARE, _WIDTH // max(width, MOST // 2))
    rows, columns = two_axes(picture.shape)
    blocks = (rows, columns) != (height, width)
    return HeatMap(
        picture.name,
        data_url(_COLOURS[levels]),
        width * square,
        height * square,
        f"({', '.join(map(str, picture.shape))}{',' if len(picture.shape) == 1 else ''})",
        _layout(picture.shape),
        f"{picture.count} of {rows * columns} elements" + ("" if blocks else _places(levels, len(picture.shape))),
        number(picture.largest) if picture.largest else "",
        blocks,
    )


def _layout(shape: tuple[int, ...]) -> str:
    """Where the axes of images are to be looked for."""
    if len(shape) != 4 or shape[2:] == (1, 1):
        return ""
    n, c, height, width = shape
    return f"{n} by {c} pictures of {height} x {width}, the first axis downwards"


def _places(levels: np.ndarray[tuple[int, ...], np.dtype[np.int64]], axes: int) -> str:
    """In which rows or columns all differences lie, if they are few."""
    wrong = levels != RIGHT
    if wrong.all() or axes > 2:
        return ""
    for kind, places in (("row", np.flatnonzero(wrong.any(axis=1))), ("column", np.flatnonzero(wrong.any(axis=0)))):
        if kind == "row" and axes == 1:
            continue
        if len(places) <= _NAMED:
            word = kind if axes == 2 else "element"
            named = ", ".join(map(str, places))
            return f", all in {word}{'s' if len(places) > 1 else ''} {named}" if axes == 2 else f": {named}"
    return ""

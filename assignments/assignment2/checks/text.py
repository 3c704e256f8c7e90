"""Text that comes from students, as it may stand in messages, reports and file names."""

from __future__ import annotations

from typing import Any

import numpy as np

#: No single value takes more of a message than this.
MAX_SHOWN = 500


def printable(text: str) -> str:
    """`text` on one line, without control characters, those that turn the direction of writing, and bytes that are no
    text: students choose names freely."""
    return "".join(character if character.isprintable() else "?" for character in text)


def shown(value: Any) -> Any:
    """`value` as it may be filled into a sentence: a number as it is, short text of anything else.

    An array is never written out: one of many axes takes minutes.
    """
    if value is None or isinstance(value, bool | int | float | np.number | np.bool_):
        return value
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, str | np.dtype | BaseException) or is_shape(value):
        return printable(str(value)[:MAX_SHOWN])
    return type(value).__name__


def is_shape(value: object) -> bool:
    """Whether `value` is a tuple of ints, as a shape is."""
    return type(value) is tuple and all(type(part) is int for part in value)

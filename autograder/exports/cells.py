"""What all exports have in common: how numbers are rounded, and text that is safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Some programs read these as the signs that they look like.
_WIDE = {"＝": "=", "＋": "+", "－": "-", "＠": "@"}


@dataclass(frozen=True)
class Export:
    """A file for another system: its text, how many grades are in it, and a sentence on everything that is not."""

    text: str
    written: int
    notes: tuple[str, ...]


def points(value: float) -> float:
    """`value` as every export has it: rounded to hundredths, as the reports' own totals are."""
    return round(value, 2) + 0.0  # no -0.0


def encodable(text: str) -> str:
    """`text` with a lone surrogate, which a file name or a student's message may hold, as JSON writes it."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def looks_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet may compute `text`: it begins, after blanks, with = + - @ or a control character."""
    first = text.lstrip(" \n")[:1]
    return _WIDE.get(first, first) in _FORMULA


def harmless(text: str) -> str:
    """`text` so that a spreadsheet does not take it for a formula: names are the students' to choose.

    Only for cells by which nobody is looked up: the apostrophe becomes part of the name.
    """
    text = encodable(text)
    return f"'{text}" if looks_like_a_formula(text) else text


def csv_text(rows: Iterable[Sequence[object]], separator: str = ",") -> str:
    """`rows` as CSV."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator).writerows(rows)
    return file.getvalue()

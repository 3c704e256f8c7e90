"""Reads the cells of a notebook that a student handed in, whatever is in the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: How many cells of one notebook are looked at, and how much of a cell's text.
MAX_CELLS, MAX_TEXT = 5000, 1 << 20


@dataclass(frozen=True)
class HandedIn:
    """A cell of the submission: what it is, and the text and outputs in it. `grade_id` is what it calls itself."""

    kind: str
    source: str
    grade_id: str
    cell_id: str
    outputs: Any
    attachments: Any


def read_cells(data: str | bytes) -> tuple[list[HandedIn], int]:
    """The cells of the notebook that `data` is, of very many the first `MAX_CELLS`; and how many there are.

    Raises `ValueError` where it is no notebook. What is odd about single cells costs nothing but these.
    """
    try:
        content = json.loads(data)
        entries = content["cells"] if "cells" in content else content["worksheets"][0]["cells"]
        if not isinstance(entries, list):
            raise TypeError
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise ValueError(f"it is not a notebook ({type(error).__name__})") from None
    return [_cell(entry) for entry in entries[:MAX_CELLS] if isinstance(entry, dict)], len(entries)


def encodable(text: str) -> str:
    """`text` as a file can hold it: JSON can hold halves of characters."""
    return text.encode("utf-8", "replace").decode()


def joined(text: Any, most: int = MAX_TEXT) -> str:
    """The text that a notebook holds as one string or as a list of them, "" if it is neither."""
    parts = text if isinstance(text, list) else [text]
    return encodable("".join(part for part in parts if isinstance(part, str))[:most])


def _cell(entry: Mapping[str, Any]) -> HandedIn:
    kind = entry.get("cell_type")
    metadata = entry.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    cell_id = entry.get("id")
    return HandedIn(
        kind if kind in ("code", "markdown") else "raw",
        joined(entry.get("source", entry.get("input", ""))),
        encodable(grade_id) if isinstance(grade_id, str) else "",
        cell_id if isinstance(cell_id, str) else "",
        entry.get("outputs"),
        entry.get("attachments"),
    )

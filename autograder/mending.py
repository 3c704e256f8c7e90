"""Builds a notebook as it should be from whatever a student handed in.

nbgrader believes what a notebook says about itself and gives up where that is odd: a copied test cell or a foreign one
ends the grading of a class, a deleted one waits for a person for ever. Here nothing of a submitted notebook survives
but its texts, in their order, and its outputs as `notebook_outputs` lets them through. The graded and locked cells are
those of the release: each exactly once, with the points, the type and, where it is locked, the text that it has there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .checks.written import that_count
from .notebook_cells import MAX_CELLS, HandedIn, encodable, read_cells
from .notebook_outputs import handed_in, picture

#: Bounds on one notebook, which is read where there is no bound on memory: its size, and the strings, numbers, lists
#: and objects in it. Of these, 200 bytes each, a file could hold one in every two bytes.
MAX_BYTES, MAX_VALUES = 32 << 20, 1_000_000
_VALUE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[^\s"\[\]{},:]+', re.DOTALL)
_NOT_SHOWN = "the file {}, so that nothing of it is shown here; look into the file that was handed in"
_SCHEMA = 3  # of nbgrader's cell metadata
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(frozen=True)
class SourceCell:
    """A cell of the release. `points` is None where it is not graded."""

    id: str
    kind: str
    source: str
    checksum: str
    locked: bool
    solution: bool
    points: float | None

    @property
    def scored(self) -> bool:
        """Whether it shows what a check found."""
        return self.kind == "code" and self.points is not None and not self.solution

    @property
    def marks(self) -> dict[str, Any]:
        """nbgrader's metadata of the cell."""
        marks = {
            "schema_version": _SCHEMA,
            "grade_id": self.id,
            "grade": self.points is not None,
            "solution": self.solution,
            "locked": self.locked,
            "task": False,
            "cell_type": self.kind,
            "points": self.points,
            "checksum": self.checksum or None,
        }
        return {key: value for key, value in marks.items() if value is not None}


def mended(data: bytes | None, release: Sequence[SourceCell]) -> tuple[dict[str, Any], list[str]]:
    """The notebook (format 4.5) that the file's content `data` is, with the cells `release`; and what was mended.

    Never raises over what is in `data`; None stands for a file that is missing.
    """
    notes: list[str] = []
    found = _found(data, notes)
    wanted = {cell.id: cell for cell in release}
    counting = that_count((cell.grade_id, cell.source) for cell in found)
    cells = [
        _released(wanted[cell.grade_id], cell, notes)
        if cell.grade_id in wanted and counting[cell.grade_id] == number
        else _plain(cell)
        for number, cell in enumerate(found)
    ]
    for cell in found:
        if cell.grade_id and cell.grade_id not in wanted:
            notes.append(f"a cell calls itself {cell.grade_id[:60]!r}, which is none of this notebook's")
    copied = {c.grade_id for n, c in enumerate(found) if counting[c.grade_id] != n}
    if copies := sorted(copied & wanted.keys()):
        notes.append(f"there was more than one cell of {', '.join(copies)}; the last one with a text in it counts")
    missing = _put_back(cells, release)
    if missing and found:
        notes.append(f"the cells of {', '.join(missing)} had been deleted; they were put back")
    _number(cells)
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, notes


def _found(data: bytes | None, notes: list[str]) -> list[HandedIn]:
    if data is None:
        notes.append("the notebook is missing")
        return []
    if len(data) > MAX_BYTES:
        notes.append(_NOT_SHOWN.format(f"is larger than {MAX_BYTES >> 20} MB"))
        return []
    try:
        text = data.decode(json.detect_encoding(data), "surrogatepass")
        if _is_costly(text):
            notes.append(_NOT_SHOWN.format(f"holds more than {MAX_VALUES} values"))
            return []
        found, count = read_cells(text)
    except ValueError:
        notes.append("the file is damaged: it is not a notebook")
        return []
    if count > MAX_CELLS:
        notes.append(f"it has {count} cells; the first {MAX_CELLS} were looked at")
    return found


def _is_costly(text: str) -> bool:
    """Whether what the JSON `text` stands for could take many times the memory of `text`."""
    return any(number >= MAX_VALUES for number, _ in enumerate(_VALUE.finditer(text)))


def _released(cell: SourceCell, found: HandedIn, notes: list[str]) -> dict[str, Any]:
    """The cell of the release, with what the student wrote into it if it is there to be written into."""
    if cell.locked and found.source != cell.source:
        notes.append(f"the cell of {cell.id} had been edited; it is as it was handed out again")
    built = _build(cell.kind, cell.source if cell.locked else found.source, cell.marks)
    if cell.kind == "code" and not cell.scored:
        built["outputs"] = handed_in(found.outputs)
    if cell.kind == "markdown":
        built |= _attachments(found)
    return built | {"id": found.cell_id}


def _plain(found: HandedIn) -> dict[str, Any]:
    """A cell that is not graded. A raw one, which nbconvert would take for HTML, is shown as text."""
    if found.kind == "raw":
        return _build("markdown", "\n".join(f"    {line}" for line in found.source.splitlines())) | {"id": ""}
    built = _build(found.kind, found.source) | {"id": found.cell_id}
    return built | ({"outputs": handed_in(found.outputs)} if found.kind == "code" else _attachments(found))


def _build(kind: str, source: str, marks: Mapping[str, Any] | None = None) -> dict[str, Any]:
    built: dict[str, Any] = {
        "cell_type": kind,
        "metadata": {"nbgrader": dict(marks)} if marks else {},
        "source": source,
    }
    return built | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def _attachments(found: HandedIn) -> dict[str, Any]:
    """The pictures that a student has pasted into a text."""
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in found.attachments.items() if isinstance(found.attachments, dict) else ():
        pictures = {kind: picture(kind, data) for kind, data in bundle.items()} if isinstance(bundle, dict) else {}
        if good := {kind: data for kind, data in pictures.items() if data}:
            kept[encodable(name)] = good
    return {"attachments": kept} if kept else {}


def _put_back(cells: list[dict[str, Any]], release: Sequence[SourceCell]) -> list[str]:
    """Put cells of the release that are missing behind the one that precedes them there; return their ids."""
    missing = []
    place = 0
    for cell in release:
        here = next((n for n, c in enumerate(cells) if _id_of(c) == cell.id), None)
        if here is None:
            cells.insert(place, _build(cell.kind, cell.source, cell.marks) | {"id": ""})
            missing.append(cell.id)
            here = place
        place = here + 1
    return missing


def _id_of(cell: Mapping[str, Any]) -> str:
    grade_id: str = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    return grade_id


def _number(cells: Sequence[dict[str, Any]]) -> None:
    """Give each cell an id of its own: the student's where it is one, so that the same bytes come out every time."""
    taken = {""}
    for number, cell in enumerate(cells):
        if cell["id"] in taken or not _CELL_ID.fullmatch(cell["id"]):
            cell["id"] = f"cell-{number}"
        while cell["id"] in taken:
            cell["id"] += "x"
        taken.add(cell["id"])

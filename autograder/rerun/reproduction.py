"""Runs one notebook of a submission again, and takes of what comes out what may be shown."""

from __future__ import annotations

import json
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import datasets

from ..checks.errors import NotGraded
from ..course import Assignment
from ..errors import CourseError
from ..notebook_outputs import PICTURES, harmless, mark
from ..sandbox.bubblewrap import HOME
from ..sandbox.modes import IsolationError
from ..sandbox.runtime import shows
from .conversation import Conversation
from .enclosure import Enclosure
from .limits import Limits
from .workspace import pack

REPRODUCED = "Run again here, in isolation; not what was handed in."
#: How a cell ended, in the words of `inside`, and what is said about it.
_ENDINGS = {
    "done": "",
    "interrupted": "it took too long and was interrupted",
    "stuck": "it took too long and could not be interrupted",
    "died": "its kernel ended in it",
}
_CUT = "it showed more than is kept"
_NOT_RUN = "Not run again, or not to its end: {}."
#: Where data sets are inside.
_DATA = "/data"


@dataclass(frozen=True)
class Reproduction:
    """What came of running a notebook again.

    `outputs` are those of each of its code cells that is not scored, by number, below a mark that says whose they are.
    `remark` says what kept it from running to its end, or "".
    """

    outputs: Mapping[int, list[dict[str, Any]]]
    remark: str
    seconds: float


def require() -> None:
    """Raise `IsolationError` where no notebook can be run in isolation. None is ever run without."""
    try:
        _run({"cells": [], "folder": HOME, "data": ""}, _pack_nothing, Limits(), {}, lambda line: None, lambda: False)
    except NotGraded as error:
        raise IsolationError(
            f"notebooks cannot be run again here, which needs bubblewrap: {error}; `autograder doctor` says more"
        ) from None


def reproduce(
    task: Assignment,
    work: Path,
    cells: Sequence[Mapping[str, Any]],
    limits: Limits,
    over: Callable[[], bool] = lambda: False,
) -> Reproduction:
    """Run the `cells` of a notebook again, those of `mending.mended`, with the submission laid out in `work`.

    It is stopped where `over` says so. Raises `NotGraded` or `OSError` where it fails for a reason that is not the
    submission's, and `CourseError`.
    """
    if shown := shows(task.course.root):
        raise CourseError(f"the course lies in {shown}, which submissions' code can read; move it somewhere else")
    try:
        data, _ = datasets.locate()
    except ValueError as error:
        raise CourseError(str(error)) from None
    inside = f"{_DATA}/{data.name}"
    sources = [_source(cell) for cell in cells]
    settings = {"cells": sources, "folder": f"{HOME}/{task.name}", "data": inside}
    told = _Told({number for number, source in enumerate(sources) if source is not None})
    start = time.monotonic()
    shown_there = {str(data.resolve()): inside}
    why = _run(settings, lambda file: pack(task, work, file), limits, shown_there, told.take, over)
    return Reproduction(told.outputs(why), told.remark(why), time.monotonic() - start)


def is_scored(cell: Mapping[str, Any]) -> bool:
    """Whether a cell shows a score. It is not run: what it would show is not what anybody is graded by."""
    marks = cell["metadata"].get("nbgrader", {})
    return cell["cell_type"] == "code" and bool(marks.get("grade")) and not marks.get("solution")


def _source(cell: Mapping[str, Any]) -> str | None:
    """What is run of a cell, None for nothing."""
    return cell["source"] if cell["cell_type"] == "code" and cell["source"].strip() and not is_scored(cell) else None


def _run(
    settings: Mapping[str, Any],
    fill: Callable[[IO[bytes]], None],
    limits: Limits,
    shown: Mapping[str, str],
    take: Callable[[bytes], None],
    over: Callable[[], bool],
) -> str:
    """Run the notebook that `settings` name with the files that `fill` writes; returns why it was stopped, or ""."""
    with Enclosure(limits, shown) as enclosure, tempfile.TemporaryFile() as request:
        known = {"user": enclosure.user, "home": HOME, "kinds": ["text/plain", *PICTURES]}
        request.write(json.dumps(asdict(limits) | known | dict(settings), ensure_ascii=False).encode() + b"\n")
        fill(request)
        return Conversation(enclosure, limits, take).hold(request, over)


def _pack_nothing(file: IO[bytes]) -> None:
    tarfile.open(fileobj=file, mode="w").close()


class _Told:
    """What was told of the cells with the `numbers`. Whoever told may be the student: nothing else is taken."""

    def __init__(self, numbers: set[int]) -> None:
        self._numbers = numbers
        self._outputs: dict[int, list[dict[str, Any]]] = {}
        self._odd: dict[int, str] = {}

    def take(self, line: bytes) -> None:
        """Take what a line of JSON tells of a cell, if it does."""
        try:
            record = json.loads(line)
            number, how, cut, outputs = (record[key] for key in ("cell", "how", "cut", "outputs"))
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        if type(number) is int and number in self._numbers:
            self._outputs[number] = harmless(outputs)
            ending = _ENDINGS.get(how, "") if isinstance(how, str) else ""
            self._odd[number] = "; ".join(filter(None, (ending, _CUT if cut is True else "")))

    def outputs(self, why: str) -> dict[int, list[dict[str, Any]]]:
        """The outputs of all the cells, where running them was stopped because of `why`."""
        shown = {}
        for number in sorted(self._numbers):
            outputs, odd = self._outputs.get(number), self._odd.get(number)
            if outputs is None:
                shown[number] = [mark(_NOT_RUN.format(self._reason(why)))]
            else:
                what = f"{REPRODUCED} In this cell: {odd}." if odd else REPRODUCED
                shown[number] = [mark(what), *outputs] if outputs or odd else []
        return shown

    def remark(self, why: str) -> str:
        """What kept the cells from running to their end, or ""."""
        if left := len(self._numbers) - len(self._outputs):
            return f"run again, but for {left} of its {len(self._numbers)} cells: {self._reason(why)}"
        odd = [what for what in self._odd.values() if what]
        return f"run again; in {len(odd)} of its cells {', '.join(sorted(set(odd)))}" if odd else ""

    def _reason(self, why: str) -> str:
        """Why the cells that nothing was told of were not run: what it was stopped for, or what the last one did."""
        return why or next(reversed(self._odd.values()), "") or "its processes ended"

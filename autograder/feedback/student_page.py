"""One self-contained HTML page about one submission, for the student who handed it in."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..checks.registry import CHECKS
from ..course import Assignment
from ..errors import CourseError
from ..grading import Report
from ..standing import ByHand, ItemStanding, Standing
from ..submissions import Submission
from .heat_map import SCALE, HeatMap, heat_map
from .rendering import SIGNS, number, render, write_page
from .templates import Template, saved_as_graded, templates

#: So many things to begin with are pointed out.
_TO_START = 3
_NOT_RIGHT = ("partial", "wrong", "error", "timeout", "memory", "missing")

# What every file system and every link takes as it is; it has no "~", which all other names have.
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")  # Windows has them in every folder


def page_name(submission: str) -> str:
    """The name of a submission's page: always the same, safe in every file system, and of no other submission.

    A name of small letters, digits and `_.-` is kept; of others, what is plain is kept and a hash of all added.
    """
    if _PLAIN_NAME.fullmatch(submission) and not _DEVICES.fullmatch(submission):
        return f"{submission}.html"
    plain = re.sub(r"[^a-z0-9]+", "-", submission[:200].casefold()).strip("-")[:40].strip("-")
    digest = hashlib.sha256(submission.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{plain or 'page'}~{digest}.html"


def write_student_pages(
    reports: Sequence[Report],
    assignment: Assignment,
    folder: Path,
    *,
    manual: Mapping[str, ByHand] | None = None,
    submissions: Sequence[Submission] = (),
) -> list[Path]:
    """Write a page for each of `reports` into `folder`; return the paths in their order.

    `manual` has what people have decided, by submission. With `submissions`, pages show what saved models have learned,
    if they are still as they were graded. Raises `CourseError` where two reports are about the same submission, and
    `OSError` where a page cannot be written.
    """
    counts = Counter(report.submission for report in reports)
    if twice := [name for name in counts if counts[name] > 1]:
        raise CourseError(f"there are {counts[twice[0]]} reports about {twice[0]!r}; give one for each submission")
    work = {submission.name: submission for submission in submissions}
    paths = []
    for report in reports:
        by_hand = (manual or {}).get(report.submission)
        with saved_as_graded(report, work.get(report.submission), assignment) as saved:
            page = student_page(report, assignment, by_hand=by_hand, saved=saved)
        paths.append(write_page(page, folder / page_name(report.submission)))
    return paths


def student_page(
    report: Report, assignment: Assignment, *, by_hand: ByHand | None = None, saved: Path | None = None
) -> str:
    """The page about `report`, as HTML.

    `by_hand` has what people have decided. `saved` is a folder of the submission's saved files, of regular files only:
    with it, the page shows what linear models have learned.
    """
    return render("student_page.html", **_shown(report, assignment, by_hand, saved, ""))


def student_part(
    report: Report,
    assignment: Assignment,
    notebook: str,
    *,
    by_hand: ByHand | None = None,
    saved: Path | None = None,
) -> str:
    """The same as HTML to put on top of a page that shows the submission's notebook called `notebook`, in an element
    with the id "notebook"."""
    return render("student_part.html", **_shown(report, assignment, by_hand, saved, f"{notebook}.ipynb"))


def _shown(
    report: Report, assignment: Assignment, by_hand: ByHand | None, saved: Path | None, below: str
) -> dict[str, Any]:
    """What the templates show. `below` is the file of the notebook that follows, if one does: its items come first, and
    the others' are folded."""
    standing = Standing(report, by_hand or ByHand())
    known = {item.id: item for item in assignment.items}
    notebooks: dict[str, _Notebook] = {}
    for item in standing.items:
        task = known.get(item.id)
        place = f"{task.notebook}.ipynb" if task else "Elsewhere"
        question = task.kind == "question" if task else item.result.verdict == "manual"
        row = _Row(item, task.title if task else "", question, _map_of(item), _templates_of(item, saved))
        notebooks.setdefault(place, _Notebook(place)).rows.append(row)
    return {
        "course": assignment.course.settings["course"]["name"],
        "assignment": assignment.name,
        "title": assignment.settings["title"],
        "name": report.submission,
        "standing": standing,
        "bar": _bar(standing),
        "tasks": _tasks(standing),
        "to_start": _TO_START,
        "notebooks": sorted(notebooks.values(), key=lambda notebook: notebook.name != below),
        "notes": report.notes,
        "verdicts": [name for name in SIGNS if name in {item.verdict for item in standing.items}],
        "scale": SCALE,
        "below": below,
    }


@dataclass(frozen=True)
class _Row:
    """A row of the page."""

    item: ItemStanding
    title: str
    question: bool
    map: HeatMap | None
    templates: list[Template]


@dataclass(frozen=True)
class _Notebook:
    """The rows of one notebook."""

    name: str
    rows: list[_Row] = field(default_factory=list)

    @property
    def points(self) -> float:
        return sum(row.item.points for row in self.rows)

    @property
    def possible(self) -> float:
        return sum(row.item.result.max_points for row in self.rows if row.item.decided)

    @property
    def open(self) -> float:
        return sum(row.item.result.max_points for row in self.rows if not row.item.decided)


def _map_of(item: ItemStanding) -> HeatMap | None:
    return heat_map(item.result.picture) if item.result.picture else None


def _templates_of(item: ItemStanding, saved: Path | None) -> list[Template]:
    check = CHECKS.get(item.id)
    return templates(saved / check.saved) if saved is not None and check is not None and check.saved else []


@dataclass(frozen=True)
class _Part:
    """A part of the bar: per cent of all points, and what they are."""

    share: float
    tone: str
    label: str


def _bar(standing: Standing) -> list[_Part]:
    """The points as parts of a whole."""
    lost = max(standing.possible - standing.points, 0.0)
    parts = [
        (standing.points, "good", "earned"),
        (lost, "off", "missed"),
        (standing.waiting + standing.failed, "wait", "open"),
    ]
    whole = sum(value for value, _, _ in parts) or 1.0
    return [_Part(100 * value / whole, tone, f"{number(value)} {label}") for value, tone, label in parts if value > 0]


@dataclass
class _Task:
    """Something to put right: an item, the points that it may bring, how many more items have the same fault, and what
    waits for it."""

    id: str
    message: str
    points: float
    others: int = 0
    waiting: list[str] = field(default_factory=list)


def _tasks(standing: Standing) -> list[_Task]:
    """What to put right first: what others wait for, then the rest, as it comes in the assignment."""
    tasks: dict[str, _Task] = {}
    for item in standing.items:
        if item.result.verdict in _NOT_RIGHT and not item.graded_by_hand:
            gain, message = item.result.max_points - item.result.points, item.result.message
            if message in tasks:  # one fault of a file that costs all that is in it
                tasks[message].points += gain
                tasks[message].others += 1
            else:
                tasks[message] = _Task(item.id, message, gain)
    by_item = {task.id: task for task in tasks.values()}
    for item in standing.items:
        if item.result.verdict == "blocked":
            for need in CHECKS[item.id].needs if item.id in CHECKS else ():
                if need in by_item:
                    by_item[need].waiting.append(item.id)
    return sorted(tasks.values(), key=lambda task: -len(task.waiting))

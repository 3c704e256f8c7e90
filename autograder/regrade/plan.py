"""What is graded again: of which submission which items, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from .. import scratch
from ..checks.engine import ItemResult
from ..checks.messages import SENTENCES
from ..checks.registry import CHECKS
from ..course import Assignment
from ..errors import CourseError, SubmissionError
from ..grading import Report, digest_of
from ..submissions import Submission, lay_out
from .changes import Changes, Reasons

NEW = "the submission is new"
CHANGED = "the submission has changed"
UNREADABLE = "the submission cannot be read"
NOT_GRADED = "it was not graded"


@dataclass(frozen=True)
class Due:
    """What is graded again of one submission: item -> why. `keep` is its earlier report with what holds of it."""

    submission: Submission
    reasons: Reasons
    before: Report | None = None
    keep: Report | None = None


@dataclass
class Plan:
    """What is graded again. `kept` are reports of which everything holds, `gone` those of submissions that are not
    there any more; `removed` are items that the assignment has no more."""

    changes: Changes | None
    due: list[Due] = field(default_factory=list)
    kept: list[Report] = field(default_factory=list)
    gone: list[Report] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)

    @property
    def since(self) -> str:
        """The commit that the course was compared with, or ""."""
        return self.changes.since if self.changes else ""


def make_plan(
    reports: Sequence[Report],
    submissions: Sequence[Submission],
    assignment: Assignment,
    changes: Changes | None,
    named: Sequence[str] = (),
) -> Plan:
    """What must be graded again for `reports` to be those of a full grading of `submissions` now.

    `changes` says what has changed in the course (None: nothing is known to have); the items `named` are graded again
    in any case. Raises `CourseError` for reports that are not of these submissions.
    """
    earlier = {report.submission: report for report in reports}
    if len(earlier) != len(reports):
        twice = next(name for name in earlier if sum(report.submission == name for report in reports) > 1)
        raise CourseError(f"there are two reports of the submission {twice!r}; expected one of each")
    names = {submission.name for submission in submissions}
    if earlier and not names & earlier.keys():
        raise CourseError(
            f"no submission there is called as one in the reports ({', '.join(sorted(earlier)[:3])}, ...); name the "
            "same PATH as when they were graded"
        )
    plan = Plan(changes, gone=[report for report in reports if report.submission not in names])
    ids = {item.id for item in assignment.items}
    planner = _Planner(assignment, changes or Changes(), named)
    for submission in submissions:
        before = earlier.get(submission.name)
        reasons = planner.reasons(submission, before)
        if before is None:
            plan.due.append(Due(submission, reasons))
            continue
        plan.removed |= {item.id for item in before.items} - ids
        holds = [item for item in before.items if item.id in ids and item.id not in reasons]
        keep = replace(without_notes_on(before, reasons, assignment), items=tuple(holds))
        if reasons:
            plan.due.append(Due(submission, reasons, before, keep if holds else None))
        else:
            plan.kept.append(keep if len(holds) < len(before.items) else before)
    return plan


class _Planner:
    """Tells of each submission what is to be graded again."""

    def __init__(self, assignment: Assignment, changes: Changes, named: Sequence[str]) -> None:
        self._assignment, self._changes, self._named = assignment, changes, named

    def reasons(self, submission: Submission, before: Report | None) -> Reasons:
        """Item -> why it is graded again."""
        items = self._assignment.items
        if before is None:
            return {item.id: [NEW] for item in items}
        digest, modules = self._look(submission)
        if before.digest != digest or not digest:
            why_all = NOT_GRADED if not before.graded else CHANGED if digest else UNREADABLE
            return {item.id: [why_all] for item in items}
        found = dict(self._single(before))
        lacking = [name for name in self._changes.modules if name.endswith("__init__.py") or name not in modules]
        if lacking:
            folder = f"assignments/{self._assignment.name}/cs231n"
            why = [f"{folder}/{name} (the submission has none)" for name in sorted(lacking)]
            found = {item.id: [*found.get(item.id, []), *why] for item in items}
        if found and any(map(_lacked_time, before.items)):
            for item in items:
                found.setdefault(item.id, ["the submission had used up its time, which its items share"])
        self._spread(found)
        return {item.id: found[item.id] for item in items if item.id in found}

    def _single(self, before: Report) -> Iterator[tuple[str, list[str]]]:
        """The items that have a reason of their own."""
        results = {result.id: result for result in before.items}
        for item in self._assignment.items:
            result = results.get(item.id)
            why = []
            if result is None:
                why.append(f"{item.notebook}.ipynb: the item is new")
            else:
                if result.verdict == "not graded":
                    why.append(NOT_GRADED)
                if result.max_points != item.points:
                    why.append(f"{item.notebook}.ipynb: {result.max_points:g} -> {item.points:g} points")
            why += [reason for reason in self._changes.items.get(item.id, []) if reason not in why]
            if item.id in self._named:
                why.append("--items")
            if why:
                yield item.id, why

    def _spread(self, found: Reasons) -> None:
        """Add what must be judged together with `found`: an item by the side of one that it needs and that is judged
        after it. (Of what needs another that is judged before it, the new verdicts tell: see `regrading`.)"""
        order = {item.id: number for number, item in enumerate(self._assignment.items)}
        linked: dict[str, set[str]] = {id: set() for id in order}
        for id in order:
            for need in needs_of(id):
                if order.get(need, -1) > order[id]:
                    linked[id].add(need)
                    linked[need].add(id)
        waiting = list(found)
        while waiting:
            id = waiting.pop()
            for other in linked[id] - found.keys():
                found[other] = [f"it is judged together with {id}"]
                waiting.append(other)

    def _look(self, submission: Submission) -> tuple[str, set[str]]:
        """The digest of a submission ("" if it cannot be read), and the modules that it has of cs231n/."""
        notebooks, modules = list(self._assignment.notebooks), list(self._assignment.modules)
        with scratch.folder() as folder:
            try:
                layout = lay_out(submission, folder / "work", notebooks, modules)
            except (SubmissionError, OSError):  # whose fault it is, grading tells
                return "", set()
            package = layout.folder / "cs231n"
            return digest_of(layout.folder), {path.relative_to(package).as_posix() for path in package.rglob("*.py")}


def needs_of(id: str) -> tuple[str, ...]:
    """The items without which the item `id` cannot work."""
    return CHECKS[id].needs if id in CHECKS else ()


def _lacked_time(result: ItemResult) -> bool:
    """Whether an item may have come to nothing because others had used up the submission's time: a call of its own
    that takes too long is called so."""
    own = re.sub(r"\\{[^}]*\\}", ".+", re.escape(SENTENCES["timeout"]))
    return result.verdict == "timeout" and not re.fullmatch(own, result.message)


def without_notes_on(report: Report, items: Reasons, assignment: Assignment) -> Report:
    """`report` without what its notes say of `items`."""
    about = [f"{id}: " for id in items]
    about += [f"{item.notebook}.ipynb: " for item in assignment.items if item.id in items and item.kind == "question"]

    def kept(notes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(note for note in notes if not note.startswith(tuple(about)))

    return replace(report, notes=kept(report.notes), private_notes=kept(report.private_notes))

"""Grades again what a plan says, and puts the reports together."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace

from ..checks.engine import ItemResult
from ..console import grade_class
from ..course import Assignment
from ..grading import Options, Report
from ..journal import Journal
from .changes import Reasons
from .plan import Due, Plan, needs_of, without_notes_on


@dataclass(frozen=True)
class Move:
    """What moved in one submission: the items whose verdict or points did, as they were and as they are. `reasons` say
    why items were graded again."""

    before: Report | None
    after: Report
    items: tuple[tuple[ItemResult | None, ItemResult | None], ...]
    reasons: Reasons

    @property
    def total(self) -> bool:
        """Whether the total has moved."""
        return self.before is None or _total(self.before) != _total(self.after)


@dataclass
class Outcome:
    """What came of it: all `reports` by name, what was graded again (`done`) and what moved. `complete` is False if
    Ctrl-C ended it; `lost` names submissions of which something was graded before and could not be now."""

    reports: list[Report]
    done: list[Due]
    moves: list[Move]
    complete: bool
    lost: list[str]


#: Opens the journal of a round; None for none.
Journals = Callable[[int], Journal | None]


def regrade(plan: Plan, assignment: Assignment, options: Options, jobs: int, journals: Journals) -> Outcome:
    """Carry out `plan` in `jobs` processes, in rounds: where a verdict has changed, what needs that item comes next."""
    done = {due.submission.name: due for due in plan.due}
    reports: dict[str, Report] = {}
    todo, complete, number = plan.due, True, 0
    while todo and complete:
        keep = {due.submission.name: due.keep for due in todo if due.keep is not None}
        submissions = [due.submission for due in todo]
        fresh, complete = grade_class(submissions, assignment, options, jobs, journals(number), keep)
        reports |= {report.submission: _whole(report, keep.get(report.submission)) for report in fresh}
        graded = [due for due in todo if due.submission.name in reports]
        todo = [after for due in graded if (after := _following(due, reports[due.submission.name], assignment))]
        for due in todo:
            earlier = done[due.submission.name]
            done[due.submission.name] = replace(earlier, reasons={**due.reasons, **earlier.reasons})
        number += 1
    moves = [_move(done[name], report) for name, report in reports.items()]
    return Outcome(
        sorted([*reports.values(), *plan.kept, *plan.gone], key=lambda report: report.submission),
        list(done.values()),
        sorted((move for move in moves if move.items), key=lambda move: move.after.submission),
        complete,
        sorted(name for name, report in reports.items() if _has_lost(done[name].before, report)),
    )


def _following(due: Due, after: Report, assignment: Assignment) -> Due | None:
    """What is to be graded again because `after` has other verdicts than there were, of items that others need; None if
    nothing is."""
    before = {item.id: item.verdict for item in due.before.items} if due.before else {}
    now = {item.id: item.verdict for item in after.items}
    reasons: Reasons = {}
    for item in assignment.items:
        moved = [need for need in needs_of(item.id) if need in due.reasons and before.get(need) != now.get(need)]
        if moved and item.id not in due.reasons:
            was = before.get(moved[0], "new")
            reasons[item.id] = [f"it needs {moved[0]}, {was} -> {now[moved[0]]}"]
    if not reasons:
        return None
    keep = replace(without_notes_on(after, reasons, assignment), items=_without(after.items, reasons))
    return Due(due.submission, reasons, after, keep)


def _without(items: Iterable[ItemResult], ids: Container[str]) -> tuple[ItemResult, ...]:
    return tuple(item for item in items if item.id not in ids)


def _whole(report: Report, keep: Report | None) -> Report:
    """`report` with what holds of the earlier one, where grading failed before it was known to hold."""
    if keep is None or report.graded or report.digest:
        return report
    held = {item.id: item for item in keep.items}
    return replace(keep, items=tuple(held.get(item.id, item) for item in report.items))


def _move(due: Due, after: Report) -> Move:
    old = {item.id: item for item in due.before.items} if due.before else {}
    new = {item.id: item for item in after.items}
    pairs = [(old.get(id), new.get(id)) for id in dict.fromkeys([*new, *old])]
    return Move(due.before, after, tuple(pair for pair in pairs if _result(pair[0]) != _result(pair[1])), due.reasons)


def _result(item: ItemResult | None) -> tuple[str, float, float] | None:
    return (item.verdict, item.points, item.max_points) if item else None


def _total(report: Report) -> tuple[float, float]:
    return report.score, report.max_score


def _has_lost(before: Report | None, after: Report) -> bool:
    """Whether an item was graded before and is not now."""
    graded = {item.id for item in before.items if item.verdict != "not graded"} if before else set()
    return any(item.verdict == "not graded" and item.id in graded for item in after.items)

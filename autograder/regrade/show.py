"""What the instructor sees: what is graded again and why, and whose score moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.table import Table
from rich.text import Text

from ..checks.engine import ItemResult
from ..checks.text import printable
from ..console import console_on
from ..grading import Report
from .plan import Due, Plan
from .regrading import Move, Outcome

_SHOWN = 2


def show_plan(plan: Plan, file: TextIO) -> None:
    """Print what is to be graded again, and why."""
    _show_items(plan.due, [], file)
    total = len(plan.due) + len(plan.kept) + len(plan.gone)
    _say(
        file,
        f"{_count(plan.due)} in {len(plan.due)} of {_many(total, 'submission')} to grade again"
        f"{'; where a verdict changes, what needs that item too' if plan.due else ''}",
    )
    _show_rest(plan, file)


def show_outcome(plan: Plan, outcome: Outcome, seconds: float, file: TextIO) -> None:
    """Print whose total moved, by which items and why; then what was graded again, whether it moved anybody or not."""
    totals = [move for move in outcome.moves if move.total]
    if totals:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for heading, justify in (("submission", "left"), ("before", "right"), ("after", "right")):
            table.add_column(heading, justify=justify)  # type: ignore[arg-type]
        for heading in ("what moved", "why"):
            table.add_column(heading)
        for move in totals:
            changes = Text("\n".join(_moved(*pair) for pair in move.items))
            why = Text(shortened(reason for pair in move.items for reason in _why(move, *pair)))
            table.add_row(Text(move.after.submission), _points(move.before), _points(move.after), changes, why)
        console_on(file).print(table)
        _say(file, "")
    _show_items(outcome.done, outcome.moves, file)
    others = len(outcome.moves) - len(totals)
    _say(
        file,
        f"{_many(len(outcome.reports), 'submission')}, {_count(outcome.done)} graded again, "
        f"{_many(len(totals), 'total')} moved"
        f"{f' ({others} more with other verdicts for the same points)' if others else ''}, {seconds:.1f} s",
    )
    _show_rest(plan, file)


def shortened(reasons: Iterable[str], most: int = _SHOWN) -> str:
    """The first of some reasons, and how many more there are."""
    listed = list(dict.fromkeys(reasons))
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def _show_items(dues: Sequence[Due], moves: Sequence[Move], file: TextIO) -> None:
    """A row for each item that is graded again."""
    if not dues:
        return
    items: dict[str, list[list[str]]] = {}
    for due in dues:
        for id, why in due.reasons.items():
            items.setdefault(id, []).append(why)
    moved = Counter(item.id for move in moves for pair in move.items if (item := pair[1] or pair[0]))
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("item")
    table.add_column("submissions", justify="right")
    table.add_column("moved", justify="right")
    table.add_column("why")
    for id, whys in items.items():
        reasons = Counter(reason for why in whys for reason in why)
        table.add_row(Text(id), str(len(whys)), str(moved[id]), Text(shortened(dict(reasons.most_common()))))
    console_on(file).print(table)
    _say(file, "")


def _show_rest(plan: Plan, file: TextIO) -> None:
    """What was not looked at, and what was left as it is."""
    if plan.changes is None:
        _say(file, "what has changed in the course was not looked at; --since REV compares with a revision")
    if plan.removed:
        _say(file, f"the assignment has no more: {', '.join(sorted(plan.removed))}; taken out of the reports")
    if plan.gone:
        names = shortened((printable(report.submission) for report in plan.gone), 10)
        _say(file, f"kept as they were, for their submissions are not there any more: {names}")


def _count(dues: Sequence[Due]) -> str:
    return _many(sum(len(due.reasons) for due in dues), "item")


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _points(report: Report | None) -> str:
    return f"{report.score:g} / {report.max_score:g}" if report else "-"


def _moved(before: ItemResult | None, after: ItemResult | None) -> str:
    item = after or before
    assert item is not None
    return f"{item.id} {_result(before)} -> {_result(after)}"


def _result(item: ItemResult | None) -> str:
    return f"{item.verdict} {item.points:g}/{item.max_points:g}" if item else "none"


def _why(move: Move, before: ItemResult | None, after: ItemResult | None) -> list[str]:
    item = after or before
    assert item is not None
    return move.reasons.get(item.id, ["the assignment has it no more"])


def _say(file: TextIO, line: str) -> None:
    console_on(file).print(Text(line), soft_wrap=True)

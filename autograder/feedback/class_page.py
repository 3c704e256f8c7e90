"""One self-contained HTML page about a class: how it did, on which items, which mistakes it made, who needs help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..course import Assignment
from ..grading import Report
from ..standing import ByHand, ItemStanding, Standing, standings
from .figures import histogram, shares
from .rendering import SIGNS, number, render, write_page
from .statistics import FEWEST_TO_CORRELATE, item_statistics, mistakes, needs, timings

#: The page shows so many hard items, recognised mistakes and slow items.
_HARDEST, _MISTAKES, _TIMINGS = 8, 20, 10
#: How `Isolation.describe` begins where code was isolated; whatever else it says, it was not.
_ISOLATED = "isolated ("


def write_class_page(
    reports: Sequence[Report],
    assignment: Assignment,
    path: Path,
    *,
    manual: Mapping[str, ByHand] | None = None,
    links: Mapping[str, str] | None = None,
) -> Path:
    """Write the page about `reports` to `path`; return it. Raises `OSError` where it cannot be written.

    `manual` has what people have decided, `links` the addresses of students' pages, both by submission.
    """
    return write_page(class_page(reports, assignment, manual=manual, links=links), path)


def class_page(
    reports: Sequence[Report],
    assignment: Assignment,
    *,
    manual: Mapping[str, ByHand] | None = None,
    links: Mapping[str, str] | None = None,
) -> str:
    """The page about `reports`, as HTML: the same for the same reports in any order."""
    reports = sorted(reports, key=lambda report: report.submission)
    all_standings = standings(reports, manual)
    items = item_statistics(all_standings, assignment)
    found = mistakes(all_standings)
    graded = sorted((item.share, item.id) for item in items if item.share is not None)
    hardest = [(id, share) for share, id in graded[:_HARDEST] if share < 1]
    questions = sum(item.points for item in assignment.items if item.kind == "question")
    most = max((standing.report.max_score for standing in all_standings), default=0.0)
    ran = Counter(report.isolation for report in reports)
    return render(
        "class_page.html",
        course=assignment.course.settings["course"]["name"],
        assignment=assignment.name,
        title=assignment.settings["title"],
        count=len(reports),
        facts=_facts([standing.points for standing in all_standings]),
        by_check=most - questions,
        by_hand=questions,
        waiting=sum(item.waits for standing in all_standings for item in standing.items),
        not_isolated=sum(count for text, count in ran.items() if not text.startswith(_ISOLATED)),
        isolation=sorted(ran.items(), key=lambda pair: (-pair[1], pair[0])),
        histogram=histogram([standing.points for standing in all_standings], most) if reports else "",
        needs=needs(all_standings),
        items=items,
        hardest=shares(hardest) if hardest else "",
        fewest=FEWEST_TO_CORRELATE,
        mistakes=found[:_MISTAKES],
        more_mistakes=len(found[_MISTAKES:]),
        verdicts=[name for name in SIGNS if any(name in item.verdicts for item in items)],
        rows=[_Row.of(standing) for standing in sorted(all_standings, key=lambda s: (-s.points, s.name))],
        noted=[report for report in reports if report.all_notes],
        timings=timings(all_standings)[:_TIMINGS],
        seconds=sum(item.seconds for report in reports for item in report.items),
        links={report.submission: (links or {}).get(report.submission, "") for report in reports},
    )


@dataclass(frozen=True)
class _Row:
    """A submission in the table of all."""

    name: str
    points: float
    items: tuple[ItemStanding, ...]
    verdicts: dict[str, int]

    @staticmethod
    def of(standing: Standing) -> _Row:
        counts = Counter(item.verdict for item in standing.items)
        verdicts = {name: counts[name] for name in SIGNS if counts[name]}
        return _Row(standing.name, standing.points, standing.items, verdicts)


def _facts(points: list[float]) -> list[tuple[str, str]]:
    """A few numbers about the class, and what they are."""
    if not points:
        return []
    lower, median, upper = np.quantile(points, [0.25, 0.5, 0.75])
    return [
        (str(len(points)), "submission" if len(points) == 1 else "submissions"),
        (f"{median:.1f}", "median"),
        (f"{np.mean(points):.1f}", "mean"),
        (f"{lower:.1f} to {upper:.1f}", "middle half"),
        (f"{number(min(points))} to {number(max(points))}", "all"),
    ]

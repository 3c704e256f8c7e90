"""Gradescope: the `results.json` that an autograder leaves for it.

The layout is that of "Autograder Specifications" and "Leaderboards" in Gradescope's documentation of autograders.

- The total is stated, and is the report's; Gradescope adds up nothing itself.
- What a person grades has no score here: Gradescope adds the points of its own rubric to ours.
- A report with an item that could not be judged has no score at all. Gradescope then says that the autograder failed,
  which it did, and the submission can be run again; a total without that item would look like a grade.
- All text is HTML and escaped: messages quote what students' code said.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..checks.engine import ItemResult
from ..errors import CourseError
from ..grading import Report
from .cells import encodable, points
from .grades import Grade

VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")


@dataclass(frozen=True)
class Leader:
    """A column of the leaderboard: what a trained model reached."""

    name: str
    value: float
    ascending: bool = False

    @staticmethod
    def of(result: ItemResult) -> Leader:
        """The points of an item."""
        return Leader(result.id, points(result.points))


def gradescope_results(report: Report, visibility: str = "visible", leaders: Sequence[Leader] = ()) -> dict[str, Any]:
    """The content of results.json; `visibility` says when students see the items."""
    if visibility not in VISIBILITIES:
        raise CourseError(f"Gradescope's visibility is one of {', '.join(VISIBILITIES)}, not {visibility!r}")
    results: dict[str, Any] = {
        "output": _summary(report),
        "output_format": "html",
        "test_output_format": "html",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "tests": [
            _test(item, str(number), visibility, scored=report.graded) for number, item in enumerate(report.items, 1)
        ],
        "extra_data": {
            "assignment": report.assignment,
            "digest": report.digest,
            "isolation": report.isolation,
            "verdicts": {item.id: item.verdict for item in report.items},
        },
    }
    if report.graded:
        results["score"] = points(report.score)
        if leaders:
            results["leaderboard"] = [_leader(leader) for leader in leaders]
    return results


def _test(item: ItemResult, number: str, visibility: str, *, scored: bool) -> dict[str, Any]:
    said = [f"<b>{_text(item.verdict)}</b>", _text(item.message), _text(item.hint)]
    test: dict[str, Any] = {
        "name": encodable(item.id),
        "name_format": "text",
        "number": number,
        "output": "".join(f"<p>{paragraph}</p>" for paragraph in said if paragraph),
        "output_format": "html",
        "visibility": visibility,
    }
    if scored and item.verdict != "manual":
        full = item.points >= item.max_points
        test |= {"score": points(item.points), "max_score": points(item.max_points)}
        test["status"] = "passed" if full else "failed"
    return test


def _leader(leader: Leader) -> dict[str, Any]:
    return {"name": leader.name, "value": leader.value, "order": "asc" if leader.ascending else "desc"}


def _summary(report: Report) -> str:
    grade = Grade.of(report)
    if grade.score is None:
        lines = ["Not graded: the autograder failed, for no fault of yours. Your instructor will run it again."]
    else:
        lines = grade.comment.splitlines()[: 1 + bool(grade.waiting)]
    return "".join(f"<p>{_text(line)}</p>" for line in [*lines, *report.notes])


def _text(text: str) -> str:
    return html.escape(encodable(text))

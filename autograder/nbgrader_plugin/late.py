"""What a late submission costs: from the table `[late]` in course.toml, by nbgrader's plug-in for late penalties.

    penalty = score * min(days * percent_per_day, cap_percent) / 100

with the days begun after the grace period. What the table does not say is 0 minutes, 0 percent, at most 100 percent:
without a table nothing is taken off. Due dates and extensions are nbgrader's; where there is none, nothing is late.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from nbgrader.plugins import BasePlugin

from ..course import Assignment
from ..errors import CourseError

_DAY = 86400


@dataclass(frozen=True)
class LatePolicy:
    """What the table `[late]` says."""

    grace_minutes: float = 0.0
    percent_per_day: float = 0.0
    cap_percent: float = 100.0

    @staticmethod
    def of(assignment: Assignment) -> LatePolicy:
        """The policy for `assignment`; raises `CourseError` for a table that says anything else than it can."""
        table: dict[str, Any] = {}
        for name, part in (
            ("[late]", assignment.course.settings.get("late", {})),
            (f"[assignments.{assignment.name}.late]", assignment.settings.get("late", {})),
        ):
            if not isinstance(part, dict):
                raise CourseError(f"course.toml: {name} should be a table")
            for key, value in part.items():
                _check(name, key, value)
            table |= part
        return LatePolicy(**table)

    def penalty(self, score: float, seconds_late: float) -> float | None:
        """The points taken off a score; None where it is not late, or lateness costs nothing."""
        beyond = seconds_late - 60 * self.grace_minutes
        if beyond <= 0 or not self.percent_per_day or score <= 0:  # extra credit may be negative, and a score with it
            return None
        percent = min(math.ceil(beyond / _DAY) * self.percent_per_day, self.cap_percent)
        return min(round(score * percent / 100, 2), score)


def _check(table: str, key: str, value: Any) -> None:
    known = [field.name for field in fields(LatePolicy)]
    if key not in known:
        raise CourseError(f"course.toml: {table} has no setting {key!r}; it has: {', '.join(known)}")
    most = 100 if key == "cap_percent" else math.inf
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most or math.isinf(value):
        expected = "between 0 and 100" if key == "cap_percent" else "of 0 or more"
        raise CourseError(f"course.toml: {table}: {key} should be a number {expected}, got {value!r}")


class LatePenalty(BasePlugin):  # type: ignore[misc]
    """nbgrader's plug-in: asked for the penalty on each notebook of a submission that is late."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """The points taken off, None for nothing."""
        exporter = self.parent.parent  # AssignLatePenalties' own: it knows the assignment
        return LatePolicy.of(exporter.task).penalty(score, total_seconds_late)

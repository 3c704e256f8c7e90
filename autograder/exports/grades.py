"""A grade as gradebooks have it: one student, one assignment, one number, and a comment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import CourseError
from ..grading import Report
from ..standing import ByHand, Standing
from .cells import encodable, points

#: Comments are read in a narrow box; the feedback page says the rest.
_LONGEST_LINE = 300


@dataclass(frozen=True)
class Grade:
    """What `student` gets for `assignment`. `score` is None where there is none yet for a reason that is not the
    student's; `waiting` are the points in `max_score` that a person has yet to give."""

    student: str
    assignment: str
    score: float | None
    max_score: float
    comment: str = ""
    waiting: float = 0.0

    @staticmethod
    def of(report: Report, by_hand: ByHand | None = None) -> Grade:
        """What the checks say, and what people have decided."""
        standing = Standing(report, by_hand or ByHand())
        whole = points(report.max_score)
        if standing.failed:
            return Grade(report.submission, report.assignment, None, whole, "", points(standing.waiting))
        comment, waiting = _comment(standing), points(standing.waiting)
        return Grade(report.submission, report.assignment, points(standing.points), whole, comment, waiting)


def _comment(standing: Standing) -> str:
    whose = "" if standing.by_hand.marks else " by checks"
    lines = [f"Points{whose}: {points(standing.points):g} of {points(standing.possible):g}."]
    if standing.waiting:
        lines.append(f"A person grades {points(standing.waiting):g} more.")
    if standing.by_hand.late_penalty:
        lines.append(f"Taken off for being late: {points(standing.by_hand.late_penalty):g}.")
    for item in standing.items:
        result = item.result
        if item.graded_by_hand or item.mark.comment or item.mark.extra:
            verdict, said = "", item.mark.comment
        elif result.verdict not in ("correct", "manual"):
            verdict, said = f"{result.verdict}, ", result.message
        else:
            continue
        line = f"{item.id}: {verdict}{points(item.points):g} of {points(result.max_points):g}. {said}"
        lines.append(" ".join(line.split())[:_LONGEST_LINE])
    return encodable("\n".join(lines))


def of_one_assignment(grades: Sequence[Grade]) -> str:
    """The assignment that all of `grades` are for; raise `CourseError` if there are several, or no grades."""
    names = sorted({grade.assignment for grade in grades})
    if len(names) != 1:
        raise CourseError(f"expected grades of one assignment, got {', '.join(names) or 'none'}; export one at a time")
    return names[0]


def writable(grades: Sequence[Grade], notes: list[str]) -> list[Grade]:
    """The grades that can go into a gradebook, by student; `notes` gets a sentence about each of the others."""
    times = Counter(grade.student for grade in grades)
    for student in sorted(student for student in times if times[student] > 1):
        notes.append(f"{student}: graded {times[student]} times; nothing was written.")
    kept = sorted((grade for grade in grades if times[grade.student] == 1), key=lambda grade: grade.student)
    for grade in kept:
        if grade.score is None:
            notes.append(f"{grade.student}: not graded, for no fault of theirs; nothing was written. Grade again.")
    kept = [grade for grade in kept if grade.score is not None]
    if waiting := [grade for grade in kept if grade.waiting]:
        notes.append(f"{len(waiting)} grades are of checks alone: a person has yet to grade questions in them.")
    return kept

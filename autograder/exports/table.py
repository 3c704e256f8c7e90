"""CSV tables for people: points by item, and totals by assignment."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..grading import Report
from ..roster import Roster
from ..standing import ByHand, standings
from .cells import harmless, points
from .grades import Grade


def write_csv(
    reports: Sequence[Report],
    file: TextIO,
    roster: Roster | None = None,
    by_hand: Mapping[str, ByHand] | None = None,
) -> None:
    """A row for each report: submission, score, max_score, and the points of each item.

    `by_hand` has what people have decided, by submission. Cells of what nobody has decided yet are empty. With a roster
    come names and email addresses, and a row for each student who handed in nothing.
    """
    ids = list(dict.fromkeys(item.id for report in reports for item in report.items))
    table = csv.writer(file)
    table.writerow(["submission", *_who_header(roster), "score", "max_score", *ids])
    for standing in standings(reports, by_hand):
        earned = {item.id: points(item.points) for item in standing.items if item.decided}
        score = "" if standing.failed else points(standing.points)
        cells = [earned.get(id, "") for id in ids]
        most = points(standing.report.max_score)
        table.writerow([harmless(standing.name), *_who(roster, standing.name), score, most, *cells])
    for id in _absent(roster, [report.submission for report in reports]):
        table.writerow([harmless(id), *_who(roster, id), "", "", *("" for _ in ids)])


def write_totals(grades: Sequence[Grade], file: TextIO, roster: Roster | None = None) -> None:
    """A row for each student: the score and the highest possible score of each assignment, and their sums.

    Cells of what was not handed in or not graded are empty, and count for nothing in the sums.
    """
    assignments = list(dict.fromkeys(grade.assignment for grade in grades))
    by_student: dict[str, dict[str, Grade]] = {}
    for grade in grades:
        by_student.setdefault(grade.student, {})[grade.assignment] = grade
    for id in _absent(roster, list(by_student)):
        by_student[id] = {}
    table = csv.writer(file)
    columns = [column for name in assignments for column in (name, f"{name} max")]
    table.writerow(["student", *_who_header(roster), *columns, "total", "total max"])
    for student in sorted(by_student):
        cells: list[object] = []
        total = highest = 0.0
        for name in assignments:
            found = by_student[student].get(name)
            if found is None or found.score is None:
                cells += ["", ""]
            else:
                cells += [points(found.score), points(found.max_score)]
                total, highest = total + points(found.score), highest + points(found.max_score)
        table.writerow([harmless(student), *_who(roster, student), *cells, points(total), points(highest)])


def _who_header(roster: Roster | None) -> list[str]:
    return ["name", "email"] if roster else []


def _who(roster: Roster | None, id: str) -> list[str]:
    if roster is None:
        return []
    student = roster.get(id)
    return [harmless(student.name), harmless(student.email)] if student else ["", ""]


def _absent(roster: Roster | None, ids: Sequence[str]) -> list[str]:
    """The students of the roster who are not among `ids`."""
    present = {id.casefold() for id in ids}
    return [student.id for student in roster.students if student.id.casefold() not in present] if roster else []

"""Moodle: a file for its grade import, "CSV file" in the gradebook's setup.

The layout and its traps are from "Grade import" (MoodleDocs) and from what Moodle does with a line
(`grade/import/csv/classes/load_data.php` in its source). While importing, the instructor says which column is what:
"Map from" `Email address` (or `ID number`, `Username`), "Map to" the same; the column of the assignment to the grade
item, and `... (Feedback)` to "Feedback for" that item.

- A grade and its feedback stand in one line, never feedback alone: importing that would erase the grade. So would a
  line with an empty grade; students without a grade have no line.
- A line of somebody whom Moodle does not know stops the whole import, and a line with nothing (or 0) to know a student
  by gives the grade to the student of the line before. Neither is written.
- Moodle compares email addresses by capitals too, so that they are written as the roster has them; therefore no
  apostrophe either. One that a spreadsheet might compute is not written but listed.
- Moodle takes feedback for HTML, so that < and & are escaped in it: messages quote what students' code said.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence

from ..errors import CourseError
from ..roster import Roster
from .cells import Export, csv_text, looks_like_a_formula, points
from .grades import Grade, of_one_assignment, writable

#: How Moodle may know a student: its name of the column, and what a roster calls it.
KEYS = {"email": "Email address", "idnumber": "ID number", "username": "Username"}
_FROM_ROSTER = {"idnumber": "idnumber", "username": "login"}
#: Above this, Moodle stops the import unless it is set to unlimited grades.
_HIGHEST = 100
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
#: A sign in front of such an address is no formula that does anything.
_PLAIN_KEY = re.compile(r"[+-][\w.+-]*(@[\w.-]+)?")


def moodle_grades(grades: Sequence[Grade], roster: Roster | None = None, by: str = "email", column: str = "") -> Export:
    """The file to import; students are known by email, idnumber or username.

    `column` is what the grade's column is called; without, it is called like our assignment.
    """
    if by not in KEYS:
        raise CourseError(f"Moodle knows students by {', '.join(KEYS)}, not by {by!r}")
    name = column or of_one_assignment(grades)
    notes: list[str] = []
    lines = []
    for grade in writable(grades, notes):
        key = _key(grade.student, roster, by)
        if why := _unusable(key, by):
            notes.append(f"{grade.student}: {why}; nothing was written. Complete the roster.")
        else:
            lines.append((key, grade))
    times = Counter(key.casefold() for key, _ in lines)
    for key in sorted(key for key in times if times[key] > 1):
        who = ", ".join(grade.student for other, grade in lines if other.casefold() == key)
        notes.append(f"{who}: all have {KEYS[by].lower()} {key}; nothing was written.")
    rows: list[list[object]] = [[KEYS[by], name, f"{name} (Feedback)"]]
    for key, grade in lines:
        if times[key.casefold()] == 1 and grade.score is not None:
            rows.append([key, points(grade.score), html.escape(grade.comment, quote=False)])
    if over := [row for row in rows[1:] if isinstance(row[1], float) and row[1] > _HIGHEST]:
        notes.append(f"{len(over)} grades are above {_HIGHEST}, which Moodle imports only where grades are unlimited.")
    return Export(csv_text(rows), len(rows) - 1, tuple(notes))


def _key(id: str, roster: Roster | None, by: str) -> str:
    """What Moodle knows the student by, "" if it is not known."""
    student = roster.get(id) if roster else None
    if by == "email":
        return student.email if student else id if _ADDRESS.fullmatch(id) else ""
    if student:
        return student.ids.get(_FROM_ROSTER[by], "")
    return id if roster is None else ""


def _unusable(key: str, by: str) -> str:
    what = KEYS[by].lower()
    if not key:
        return f"no {what} is known"
    if key == "0":
        return f"Moodle takes the {what} 0 for none"
    if looks_like_a_formula(key) and not _PLAIN_KEY.fullmatch(key):
        return f"a spreadsheet would compute the {what} {key!r}"
    return ""

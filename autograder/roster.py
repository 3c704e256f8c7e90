"""The roster: a CSV file that says who is in the course, and what each system calls them.

Its columns may be called as the systems call them ("SIS User ID", "Email address", "SID") and come in any order; the
gradebooks that Canvas, Moodle and Gradescope export can serve as rosters as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .errors import CourseError
from .spreadsheets import Row, Sheet, read_sheet

#: How the columns may be called, without blanks and signs. Where no column is called `id`, the first of the others
#: that stand in `_INSTEAD` is taken for it.
_COLUMNS = {
    "id": ("id", "studentid", "nbgraderid"),
    "name": ("name", "fullname", "student", "studentname", "displayname"),
    "first": ("firstname", "first", "givenname", "forename"),
    "last": ("lastname", "last", "surname", "familyname"),
    "email": ("email", "emailaddress", "mail", "useremail"),
    "canvas": ("canvasid", "canvasuserid"),
    "sis": ("sisuserid", "sisid"),
    "login": ("sisloginid", "loginid", "login", "username", "netid"),
    "idnumber": ("idnumber", "moodleidnumber"),
    "participant": ("identifier", "participant", "participantid", "moodleparticipant"),
    "gradescope": ("sid", "gradescopeid", "gradescopesid"),
}
_INSTEAD = ("gradescope", "sis", "login", "idnumber", "email")
#: Under these names the ids of other systems are kept.
SYSTEMS = ("canvas", "sis", "login", "idnumber", "participant", "gradescope")

_LONGEST_ID = 200
_NO_FOLDER = re.compile(r'[/\\<>:"|?*]')
# nbgrader takes names for patterns of names, and writes them into CSV files without quotes: a spreadsheet calculates.
_NOT_FOR_NBGRADER = re.compile(r"[\[\],]|^[=+@-]")


@dataclass(frozen=True)
class Student:
    """One line of the roster. `id` is the name of the student's folder; `ids` holds what the systems call them."""

    id: str
    name: str = ""
    email: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Roster:
    """Who is in the course, and a sentence about each line that is not as it should be."""

    students: tuple[Student, ...]
    problems: tuple[str, ...] = ()

    @staticmethod
    def read(path: Path) -> Roster:
        """Read a CSV file; raise `CourseError` for one that has no column for ids."""
        return _Reader(read_sheet(path)).roster()

    def get(self, id: str) -> Student | None:
        """The student with this id, however it is capitalised."""
        return next(iter(self._by["id"].get(id.casefold(), ())), None)

    def find(self, kind: str, value: str) -> tuple[Student, ...]:
        """The students whose "email", or whose id in one of `SYSTEMS`, is `value`."""
        return tuple(self._by[kind].get(value.strip().casefold(), ())) if value.strip() else ()

    def named(self, name: str) -> tuple[Student, ...]:
        """The students who may be called `name`, which may be as squeezed as "doejane"."""
        return tuple(self._by["name"].get(squeezed(name), ()))

    @cached_property
    def _by(self) -> Mapping[str, Mapping[str, list[Student]]]:
        found: defaultdict[str, defaultdict[str, list[Student]]] = defaultdict(lambda: defaultdict(list))
        for student in self.students:
            for kind, value in (("id", student.id), ("email", student.email), *student.ids.items()):
                if value:
                    found[kind][value.casefold()].append(student)
            for key in name_keys(student.name):
                found["name"][key].append(student)
        return found


def squeezed(name: str) -> str:
    """`name` with nothing but its letters and digits, in small letters: what different systems leave of it."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in plain if unicodedata.category(character)[0] in "LMN")


def name_keys(name: str) -> set[str]:
    """The ways in which systems may squeeze `name`: "Jane van Doe" and "van Doe, Jane" meet in "vandoejane"."""
    last, comma, first = name.partition(",")
    words = [*first.split(), *last.split()] if comma else name.split()
    turned = ["".join(words[start:] + words[:start]) for start in range(len(words))]
    return {key for key in map(squeezed, turned) if key}


def unfit_id(id: str) -> str:
    """Why no student's folder can be called `id`, "" if it can."""
    if not id:
        return "it is blank"
    if id.startswith(".") or id.endswith(".") or id != id.strip():
        return "it begins or ends with a dot or a blank"
    if _NO_FOLDER.search(id) or not id.isprintable():
        return "it has characters that a folder's name cannot have"
    if _NOT_FOR_NBGRADER.search(id):
        return "it has a bracket or a comma, or begins with one of = + - @, which nbgrader would misread"
    if len(id.encode("utf-8", "replace")) > _LONGEST_ID:
        return f"it is longer than {_LONGEST_ID} bytes"
    return ""


class _Reader:
    """Reads a roster from a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._problems: list[str] = []
        names = [squeezed(name) for name in sheet.header.cells]
        self._columns = {
            kind: names.index(next(spelling for spelling in spellings if spelling in names))
            for kind, spellings in _COLUMNS.items()
            if not set(spellings).isdisjoint(names)
        }
        if names[:2] == ["student", "id"] or names[:3] == ["lastname", "firstname", "id"]:  # exported by Canvas
            self._columns["canvas"] = names.index("id")
        if "id" not in self._columns:
            self._columns["id"] = self._instead()

    def _instead(self) -> int:
        """The column to take ids from where none is called so."""
        header = self._sheet.header
        for kind in _INSTEAD:
            if kind in self._columns:
                column = self._columns[kind]
                self._problems.append(f'{self._sheet.name} has no column "id"; took "{header[column]}" for it.')
                return column
        raise CourseError(
            f"{self._sheet.name} has no column of ids: expected id, name and email, got {', '.join(header.cells)}"
        )

    def roster(self) -> Roster:
        """The students of the sheet."""
        students: list[Student] = []
        for row in self._sheet.rows:
            if "Points Possible" in row[0] or all(cell.strip() in ("", "Manual Posting") for cell in row.cells):
                continue  # Canvas's own lines
            if why := self._unfit(row):
                self._problems.append(f"Line {row.line}: {why}; the line is left out.")
            else:
                students.append(self._student(row))
        students = self._without_doubles(students)
        for kind in ("name", "email", *SYSTEMS):
            self._note_shared(kind, students)
        return Roster(tuple(students), tuple(self._problems))

    def _cell(self, row: Row, kind: str) -> str:
        return row[self._columns[kind]] if kind in self._columns else ""

    def _unfit(self, row: Row) -> str:
        expected = len(self._sheet.header.cells)
        if any(cell.strip() for cell in row.cells[expected:]):
            return f"it has {len(row.cells)} columns, the first line {expected} (put a name with a comma in quotes)"
        id = self._cell(row, "id")
        if not id:
            return f"{self._name(row) or 'a student'} has no id"
        why = unfit_id(id)
        return f"the id {id!r} cannot name a folder: {why}" if why else ""

    def _name(self, row: Row) -> str:
        first, last = self._cell(row, "first"), self._cell(row, "last")
        return self._cell(row, "name") or (f"{last}, {first}" if first and last else first or last)

    def _student(self, row: Row) -> Student:
        ids = {kind: self._cell(row, kind) for kind in SYSTEMS}
        # Moodle's grading worksheet says "Participant 4711".
        ids["participant"] = re.sub(r"^\D+(?=\d+$)", "", ids["participant"])
        known = {kind: value for kind, value in ids.items() if value}
        return Student(self._cell(row, "id"), self._name(row), self._cell(row, "email"), known, row.line)

    def _without_doubles(self, students: list[Student]) -> list[Student]:
        """The first of those that share an id: folders' names may not tell apart capitals either."""
        first: dict[str, Student] = {}
        for student in students:
            earlier = first.setdefault(student.id.casefold(), student)
            if earlier is not student:
                self._problems.append(
                    f"Line {student.line}: the id {student.id!r} stands on line {earlier.line} already; "
                    "the later line is left out."
                )
        return list(first.values())

    def _note_shared(self, kind: str, students: list[Student]) -> None:
        """Note where several students share what they might be found by."""
        groups: defaultdict[str, list[Student]] = defaultdict(list)
        for student in students:
            if kind == "name":
                value = min(name_keys(student.name), default="")
            else:
                value = student.email if kind == "email" else student.ids.get(kind, "")
            if value:
                groups[value.casefold()].append(student)
        for group in groups.values():
            if len(group) > 1:
                lines = [str(student.line) for student in group]
                what = f"the name {group[0].name!r}" if kind == "name" else f"the same {kind}"
                self._problems.append(
                    f"Lines {', '.join(lines[:-1])} and {lines[-1]}: {len(group)} students have {what}; "
                    "they are found by other columns only."
                )

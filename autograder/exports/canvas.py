"""Canvas: fills an assignment's column in the gradebook that Canvas exported, for Canvas to import again.

The layout is that of "Gradebook Action Menu" (VCU's guide to exporting) and "Import CSV File for Carmen Grades" (Ohio
State), and of what Canvas itself reads and writes (`lib/gradebook_exporter.rb`, `lib/gradebook_importer.rb` in its
source): `Student,ID,SIS User ID,SIS Login ID,Section`, then perhaps columns of the instructor's own, then one
`Title (id)` for each assignment; first rows may say `Manual Posting` and `Points Possible`. Canvas finds a student by
ID, else by SIS ids, else by name.

What follows from how Canvas imports:

- Only who the students are and the one column is written. What stands in any other column would be imported as well
  and undo what was graded in Canvas since the export.
- Cells without a grade of ours stay as they were, so do `EX` (excused) and `N/A` (not assigned to the student): a
  blank would delete a grade.
- Names come from students. Where a row has an ID, Canvas looks at nothing else, so that an apostrophe keeps
  spreadsheets from computing a name like `=1+1`; in a row without, it would keep Canvas from finding the student.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..errors import CourseError
from ..roster import Roster, Student, name_keys, squeezed
from ..spreadsheets import Row, Sheet, read_sheet
from .cells import Export, csv_text, harmless, looks_like_a_formula, points
from .grades import Grade, of_one_assignment, writable

_TITLE_AND_ID = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)")
#: The columns by which Canvas finds students, in its order, and what a roster calls them.
_KEYS = {"ID": "canvas", "SIS User ID": "sis", "SIS Login ID": "login"}


def fill_canvas(exported: Path, grades: Sequence[Grade], roster: Roster | None = None, column: str = "") -> Export:
    """Fill `grades` into the gradebook `exported`.

    `column` is the assignment's title or number in Canvas; without, it is the one called like our assignment.
    """
    gradebook = _Gradebook(read_sheet(exported))
    filled = gradebook.column(column or of_one_assignment(grades))
    notes: list[str] = []
    scores: dict[int, float] = {}
    for grade, row in _matched(writable(grades, notes), gradebook, roster, notes):
        there = row[filled].upper()
        if there in ("EX", "N/A"):
            state = "excused" if there == "EX" else "not given this assignment"
            notes.append(f"{grade.student}: {state} in Canvas; the score of {_points(grade):g} was not written.")
        else:
            scores[row.line] = _points(grade)
    notes += gradebook.remarks(filled, grades, set(scores))
    return Export(csv_text(gradebook.filled(filled, scores), gradebook.sheet.separator), len(scores), tuple(notes))


def _points(grade: Grade) -> float:
    assert grade.score is not None  # `writable` sees to it
    return points(grade.score)


class _Gradebook:
    """A gradebook that Canvas exported."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        names = [name.strip() for name in sheet.header.cells]
        one_name = names[:1] == ["Student"] and names[1:2] == ["ID"]
        two_names = names[:3] == ["LastName", "FirstName", "ID"]
        if not (one_name or two_names) or "Section" not in names:
            raise CourseError(
                f"{sheet.name} is no gradebook that Canvas exported: expected Student, ID, ..., Section in its first "
                f"line, got {', '.join(names[:5])}. In Canvas's gradebook, choose Export"
            )
        self.names = names
        self.own = names.index("Section") + 1
        self.keys = {name: names.index(name) for name in _KEYS if name in names[: self.own]}
        self._two_names = two_names
        above = [row for row in sheet.rows if self._is_canvas_own(row)]
        self.students = [row for row in sheet.rows if row not in above]
        self._above = above
        self.possible = next((row for row in above if "Points Possible" in row[0]), None)

    @staticmethod
    def _is_canvas_own(row: Row) -> bool:
        """Whether `row` is about assignments, not about a student: as Canvas tells them apart."""
        posting = all(cell.strip() == "" or cell.strip().startswith(("Manual Posting", "Muted")) for cell in row.cells)
        return posting or "Points Possible" in row[0]

    def name(self, row: Row) -> str:
        """What the student of `row` is called."""
        return f"{row[0]}, {row[1]}" if self._two_names else row[0]

    def column(self, wanted: str) -> int:
        """The column of the assignment `wanted`; raises `CourseError` if there is none, or several."""
        assignments = {
            index: match
            for index, name in enumerate(self.names)
            if index >= self.own and (match := _TITLE_AND_ID.fullmatch(name)) and not self._read_only(index)
        }
        kinds: tuple[Callable[[re.Match[str]], bool], ...] = (
            lambda match: wanted in (match[0], match["id"]),
            lambda match: match["title"].strip() == wanted,
            lambda match: squeezed(match["title"]) == squeezed(wanted),
        )
        for fits in kinds:
            found = [index for index, match in assignments.items() if fits(match)]
            if len(found) == 1:
                return found[0]
        listed = "; ".join(match[0] for match in assignments.values()) or "none"
        raise CourseError(
            f"{self.sheet.name}: expected one assignment called {wanted!r}, got these: {listed}. Name its column"
        )

    def _read_only(self, column: int) -> bool:
        return self.possible is not None and "read only" in self.possible[column]

    def filled(self, column: int, scores: dict[int, float]) -> list[list[object]]:
        """The rows to import: who the students are, and the column."""
        rows: list[list[object]] = [[*self._who(row), row[column]] for row in [self.sheet.header, *self._above]]
        for row in self.students:
            who = self._who(row)
            if row[self.keys["ID"]]:
                who = [harmless(cell) for cell in who]
            rows.append([*who, scores.get(row.line, row[column])])
        return rows

    def _who(self, row: Row) -> list[str]:
        return [row.cells[index] if index < len(row.cells) else "" for index in range(self.own)]

    def remarks(self, column: int, grades: Sequence[Grade], written: set[int]) -> list[str]:
        """What the instructor should know besides."""
        notes = []
        without = [self.name(row) for row in self.students if row.line not in written]
        if without:
            notes.append(f"Left as they are in Canvas: {'; '.join(without)}.")
        highest = {points(grade.max_score) for grade in grades}
        possible = _number(self.possible[column]) if self.possible else None
        if possible is not None and highest - {possible}:
            ours = ", ".join(f"{value:g}" for value in sorted(highest))
            notes.append(f"Canvas gives {possible:g} points for this assignment, we {ours}; scores were not scaled.")
        for row in self.students:
            if not row[self.keys["ID"]] and looks_like_a_formula(row[0]):
                notes.append(f"{row[0]}: a spreadsheet would compute this name; Canvas needs it as it is.")
        return notes


def _number(cell: str) -> float | None:
    """The number in a cell, whose decimals may follow a comma."""
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def _matched(
    grades: Sequence[Grade], gradebook: _Gradebook, roster: Roster | None, notes: list[str]
) -> list[tuple[Grade, Row]]:
    """Each grade with its student's row; `notes` gets a sentence about each that has none for itself."""
    finder = _Finder(gradebook)
    rows: dict[int, list[tuple[Grade, Row]]] = {}
    for grade in grades:
        student = roster.get(grade.student) if roster else None
        found = finder.find(grade.student, student)
        if len(found) == 1:
            rows.setdefault(found[0].line, []).append((grade, found[0]))
        elif found:
            names = "; ".join(gradebook.name(row) for row in found)
            notes.append(
                f"{grade.student}: may be any of {names} in Canvas; nothing was written. Say who in the roster."
            )
        else:
            notes.append(
                f"{grade.student}: nobody in {gradebook.sheet.name} has this id, login or name; nothing was written."
            )
    for claims in rows.values():
        if len(claims) > 1:
            who = ", ".join(grade.student for grade, _ in claims)
            notes.append(f"{who}: all are {gradebook.name(claims[0][1])} in Canvas; nothing was written.")
    return [claims[0] for claims in rows.values() if len(claims) == 1]


class _Finder:
    """Finds students' rows in a gradebook."""

    def __init__(self, gradebook: _Gradebook) -> None:
        self._keys = gradebook.keys
        self._having: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in gradebook.students:
            for column, index in self._keys.items():
                self._having[column, row[index].casefold()].append(row)
            for key in name_keys(gradebook.name(row)):
                self._having["name", key].append(row)

    def find(self, id: str, student: Student | None) -> list[Row]:
        """The rows that may be the student's: several only if nothing tells them apart.

        First by what the roster says Canvas calls them; then by email, by our id, which may be any of Canvas's, and by
        name, unless the roster knows better.
        """
        known = {column: student.ids[kind] for column, kind in _KEYS.items() if kind in student.ids} if student else {}
        names = name_keys(student.name if student and student.name else id)
        for wanted in (
            list(known.items()),
            [("SIS Login ID", student.email)] if student and student.email else [],
            [(column, id) for column in _KEYS],
            [("name", key) for key in sorted(names)],
        ):
            found = {row.line: row for column, value in wanted for row in self._having[column, value.casefold()]}
            if agreeing := [row for row in found.values() if self._agrees(row, known)]:
                return agreeing
        return []

    def _agrees(self, row: Row, known: Mapping[str, str]) -> bool:
        """Whether `row` has no other id than the roster says. Logins may differ: people have several."""
        return all(
            row[self._keys[column]].casefold() in ("", known[column].casefold())
            for column in ("ID", "SIS User ID")
            if column in known and column in self._keys
        )

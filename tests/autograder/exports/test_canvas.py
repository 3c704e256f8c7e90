"""The gradebook that Canvas exported comes back with our column, and Canvas reads from it what we meant."""

import csv
import io
import random
import re

import pytest

from autograder.errors import CourseError
from autograder.exports import Grade, fill_canvas
from autograder.roster import Roster, Student

from .conftest import ODD_NAMES, make_grade, make_report

HEADER = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
COLUMNS = ["Essay (7)", "Assignment 1 (41)", "Assignment 2 (42)", "Current Score (2026)", "Final Score"]
POSSIBLE = ["    Points Possible", "", "", "", "", "10.00", "100.00", "50.00", "(read only)", "(read only)"]


def line(name, id, sis="", login="", score="", **other):
    return [name, id, sis, login, "Section 1", "9.00", score, other.get("second", ""), "90.00", "45.00"]


def gradebook(path, *students, separator=",", possible=POSSIBLE, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([HEADER + COLUMNS, possible, *students])
    return path


class Canvas:
    """A course in Canvas that imports a gradebook by Canvas's own rules."""

    def __init__(self, students):
        self.by_id = {row[1]: row for row in students if row[1]}
        self.students = students
        self.grades = {}

    def upload(self, text):
        sample = text.splitlines()[:3]
        separator = ";" if min(line.count(";") for line in sample) > min(line.count(",") for line in sample) else ","
        header, *rows = list(csv.reader(io.StringIO(text), delimiter=separator))
        assert "Student" in header[0]
        assert "ID" in header[1]
        info = header.index("Section") + 1
        for row in rows:
            if "Points Possible" in row[0] or all(re.match(r"\s*(Muted|Manual Posting.*)?\s*$", cell) for cell in row):
                continue
            found = self.by_id.get(row[1]) or next(
                (s for s in self.students if s[2] == row[2] != "" or s[3] == row[3] != "" or s[0] == row[0]), None
            )
            assert found, f"Canvas would offer to add {row[0]}"
            for title, cell in list(zip(header, row, strict=True))[info:]:
                self.grades[found[0], title] = cell
        return self


def scores(uploaded, column="Assignment 1 (41)"):
    return {name: cell for (name, title), cell in uploaded.grades.items() if title == column and cell}


def test_scores_arrive_as_they_were(tmp_path):
    students = [line(f"Student {n}", str(1000 + n), f"S{n}", f"login{n}") for n in range(40)]
    numbers = random.Random(4)
    reports = [make_report(f"s{n}", [(round(numbers.uniform(0, 60), 2), 60), (10 / 3, 30)]) for n in range(40)]
    export = fill_canvas(gradebook(tmp_path / "g.csv", *students), [Grade.of(report) for report in reports])
    arrived = scores(Canvas(students).upload(export.text))
    assert export.written == 40
    assert {name: float(cell) for name, cell in arrived.items()} == {
        f"Student {n}": reports[n].score for n in range(40)
    }


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_arrive_and_are_no_formulas(tmp_path, name):
    students = [line(name, "1001", login="jane"), line("Roe, Richard", "1002")]
    export = fill_canvas(gradebook(tmp_path / "g.csv", *students), [make_grade("1001", 88.25)])
    assert scores(Canvas(students).upload(export.text)) == {name: "88.25"}
    for row in csv.reader(io.StringIO(export.text)):
        assert all(cell.lstrip(" \n")[:1] not in tuple("=+-@\t\r") or not cell.strip() for cell in row), row


def test_a_name_by_which_canvas_finds_the_student_stays_as_it_is(tmp_path):
    students = [line("=1+1", "")]
    roster = Roster((Student("jane", "=1+1"),))
    export = fill_canvas(gradebook(tmp_path / "g.csv", *students), [make_grade("jane", 5.0)], roster)
    assert scores(Canvas(students).upload(export.text)) == {"=1+1": "5.0"}
    assert any("=1+1" in note and "spreadsheet" in note for note in export.notes)


def test_nothing_but_the_one_column_is_imported(tmp_path):
    students = [line("Doe, Jane", "1", second="33")]
    text = fill_canvas(gradebook(tmp_path / "g.csv", *students), [make_grade("1")]).text
    assert next(csv.reader(io.StringIO(text))) == [*HEADER, "Assignment 1 (41)"]


def test_excused_and_unassigned_stay_and_others_are_not_blanked(tmp_path):
    students = [line("A, A", "1", score="EX"), line("B, B", "2", score="N/A"), line("C, C", "3", score="17.00")]
    export = fill_canvas(gradebook(tmp_path / "g.csv", *students), [make_grade(id, 50.0) for id in "12"])
    assert scores(Canvas(students).upload(export.text)) == {"A, A": "EX", "B, B": "N/A", "C, C": "17.00"}
    assert export.written == 0
    assert any("excused" in note for note in export.notes)
    assert any("C, C" in note for note in export.notes)


def test_ids_come_before_names(tmp_path):
    """Two of one name; a third has chosen the name of another's id."""
    students = [line("Doe, Jane", "1", "S1", "j1"), line("Doe, Jane", "2", "S2", "j2"), line("j1", "3", "S3", "j3")]
    file = gradebook(tmp_path / "g.csv", *students)
    export = fill_canvas(file, [make_grade("j1", 1.0), make_grade("S2", 2.0), make_grade("3", 3.0)])
    rows = {row[1]: row[-1] for row in csv.reader(io.StringIO(export.text))}
    assert (rows["1"], rows["2"], rows["3"]) == ("1.0", "2.0", "3.0")


def test_the_roster_says_who_is_who(tmp_path):
    students = [
        line("Doe, Jane", "1", "77"),
        line("Roe, Richard", "77", "1"),
        line("Poe, Edgar", "5", login="e@uni.example"),
    ]
    roster = Roster(
        (
            Student("jane", "Jane Doe", ids={"canvas": "1"}),
            Student("77", "Richard Roe", ids={"canvas": "77", "login": "elsewhere"}),
            Student("poe", "Eddie", "E@uni.example", {"login": "epoe"}),
        )
    )
    file = gradebook(tmp_path / "g.csv", *students)
    export = fill_canvas(file, [make_grade("jane", 1.0), make_grade("77", 2.0), make_grade("poe", 3.0)], roster)
    assert scores(Canvas(students).upload(export.text)) == {
        "Doe, Jane": "1.0",
        "Roe, Richard": "2.0",
        "Poe, Edgar": "3.0",
    }


def test_who_is_not_found_or_not_certain_is_listed_and_not_written(tmp_path):
    students = [line("Doe, Jane", "1"), line("Doe, Jane", "2"), line("Roe, Richard", "3", "4"), line("Low, Lee", "4")]
    roster = Roster((Student("jane", "Jane Doe"), Student("lee", "Lee Low", ids={"canvas": "99"})))
    wanted = ["jane", "nobody", "4", "3", "Richard Roe", "lee"]
    export = fill_canvas(gradebook(tmp_path / "g.csv", *students), [make_grade(id, 50.0) for id in wanted], roster)
    assert export.written == 0
    for id in wanted:
        assert any(id in note.split(":")[0] and "nothing was written" in note for note in export.notes), id


def test_what_is_not_graded_is_listed_and_not_written(tmp_path):
    students = [line("A, A", "1", score="8.00"), line("B, B", "2")]
    grades = [Grade.of(make_report("1", graded=False)), make_grade("2", 3.0), make_grade("2", 4.0)]
    export = fill_canvas(gradebook(tmp_path / "g.csv", *students), grades)
    assert scores(Canvas(students).upload(export.text)) == {"A, A": "8.00"}
    assert any("1: not graded" in note for note in export.notes)
    assert any("2: graded 2 times" in note for note in export.notes)


def test_other_forms_of_the_export_are_read(tmp_path):
    rows = [
        [
            "LastName",
            "FirstName",
            "ID",
            "SIS Login ID",
            "Integration ID",
            "Section",
            "Notes",
            "A (1)",
            "Assignment 1 (41)",
        ],
        ["", "", "", "", "", "", "", "", "Manual Posting"],
        ["    Points Possible", "", "", "", "", "", "", "1,00", "100,00"],
        ["Doe", "Jane", "1", "jane", "", "Section 1", "nice", "1,00", "3,50"],
    ]
    path = tmp_path / "g.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    export = fill_canvas(path, [make_grade("Jane Doe", 72.5)])
    written = list(csv.reader(io.StringIO(export.text), delimiter=";"))
    assert written[0] == [*rows[0][:6], "Assignment 1 (41)"]
    assert written[1][-1] == "Manual Posting"
    assert written[-1] == ["Doe", "Jane", "1", "jane", "", "Section 1", "72.5"]
    assert export.notes == ()


@pytest.mark.parametrize("column", ["42", "Assignment 2", "Assignment 2 (42)", "assignment2"])
def test_the_column_can_be_named_in_several_ways(tmp_path, column):
    text = fill_canvas(gradebook(tmp_path / "g.csv", line("A", "1")), [make_grade("1")], column=column).text
    assert next(csv.reader(io.StringIO(text)))[-1] == "Assignment 2 (42)"


@pytest.mark.parametrize("column", ["Assignment 3", "Current Score (2026)", "2026", "Student"])
def test_a_column_that_is_no_assignment_is_refused_with_what_there_is(tmp_path, column):
    with pytest.raises(CourseError, match=r"Assignment 2 \(42\)"):
        fill_canvas(gradebook(tmp_path / "g.csv", line("A", "1")), [make_grade("1")], column=column)


def test_points_that_differ_are_said(tmp_path):
    export = fill_canvas(gradebook(tmp_path / "g.csv", line("A", "1")), [make_grade("1")], column="42")
    assert any("50 points" in note and "not scaled" in note for note in export.notes)


def test_something_else_is_refused(tmp_path):
    (tmp_path / "g.csv").write_text("name,points\nJane,3\n")
    with pytest.raises(CourseError, match="no gradebook that Canvas exported"):
        fill_canvas(tmp_path / "g.csv", [make_grade("1")])
    with pytest.raises(CourseError, match="cannot be read"):
        fill_canvas(tmp_path / "missing.csv", [make_grade("1")])
    mixed = [Grade("1", "assignment1", 1.0, 1.0), Grade("1", "assignment2", 1.0, 1.0)]
    file = gradebook(tmp_path / "h.csv", line("A", "1"))
    with pytest.raises(CourseError, match="one at a time"):
        fill_canvas(file, mixed)

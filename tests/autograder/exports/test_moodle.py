"""Moodle reads from the file what we meant, by its own rules, which are not forgiving."""

import csv
import html
import io

import pytest

from autograder.errors import CourseError
from autograder.exports import Grade, moodle_grades
from autograder.roster import Roster, Student

from .conftest import ODD_NAMES, make_grade, make_report


def moodle_imports(text, users, field=0):
    """Grades and feedback by user, as Moodle's import leaves them."""
    header, *rows = list(csv.reader(io.StringIO(text)))
    assert len(header) == 3
    user, grades, feedback = None, {}, {}
    for row in rows:
        if row[field] not in ("", "0"):  # else the user of the line before is kept
            assert row[field] in users, "an unknown user stops the import"
            user = row[field]
        assert float(row[1]) <= 100
        grades[user], feedback[user] = float(row[1]) if row[1] not in ("", "-") else None, row[2]
    return grades, feedback


def roster(*ids):
    return Roster(tuple(Student(id, email=f"{id.title()}@Uni.example", ids={"idnumber": f"n{id}"}) for id in ids))


def test_grades_and_feedback_arrive_together():
    reports = [make_report(f"s{n}", [(n / 3, 60), (12.5, 30)]) for n in range(30)]
    class_list = roster(*(f"s{n}" for n in range(30)))
    export = moodle_grades([Grade.of(report) for report in reports], class_list)
    users = [student.email for student in class_list.students]
    grades, feedback = moodle_imports(export.text, users)
    assert grades == {user: report.score for user, report in zip(users, reports, strict=True)}
    assert export.written == 30
    seen = html.unescape(feedback["S1@Uni.example"])
    assert "item_1: partial, 12.5 of 30" in seen
    assert "<b>1</b>" not in feedback["S1@Uni.example"]
    assert "<b>1</b>" in seen


def test_who_has_no_grade_has_no_line():
    """A line with an empty grade would erase the grade that Moodle has."""
    export = moodle_grades([Grade.of(make_report("a", graded=False)), make_grade("b")], roster("a", "b"))
    assert moodle_imports(export.text, ["B@Uni.example"])[0] == {"B@Uni.example": 72.5}
    assert any("a: not graded" in note for note in export.notes)


@pytest.mark.parametrize("key", ["", "0", "=1+1", "@SUM(A1)", "=HYPERLINK(1)@x"])
def test_a_line_that_would_hit_somebody_else_or_compute_is_not_written(key):
    class_list = Roster((Student("a", ids={"idnumber": "7"}), Student("b", ids={"idnumber": key})))
    export = moodle_grades([make_grade("a", 1.0), make_grade("b", 99.0)], class_list, by="idnumber")
    assert moodle_imports(export.text, ["7"])[0] == {"7": 1.0}
    assert any(note.startswith("b:") and "nothing was written" in note for note in export.notes)


def test_two_with_one_address_are_listed_not_written():
    class_list = Roster((Student("a", email="x@y.example"), Student("b", email="X@y.example")))
    export = moodle_grades([make_grade("a"), make_grade("b")], class_list)
    assert export.written == 0
    assert any("a, b" in note for note in export.notes)


def test_without_a_roster_ids_that_are_addresses_serve():
    export = moodle_grades([make_grade("Jane@x.example"), make_grade("-jim+1@x.example"), make_grade("joe")])
    grades, _ = moodle_imports(export.text, ["Jane@x.example", "-jim+1@x.example"])
    assert set(grades) == {"Jane@x.example", "-jim+1@x.example"}
    assert any("joe" in note for note in export.notes)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_of_any_kind_go_nowhere(name):
    """Moodle needs no names, so that none are written."""
    export = moodle_grades([make_grade("a")], Roster((Student("a", name, "a@x.example"),)))
    assert list(csv.reader(io.StringIO(export.text)))[1] == ["a@x.example", "72.5", ""]


def test_a_comment_begins_with_no_formula_and_survives_line_ends():
    grade = Grade.of(make_report("a", [(0, 60)]))
    export = moodle_grades([grade], roster("a"))
    assert grade.comment[0] not in "=+-@"
    assert list(csv.reader(io.StringIO(export.text)))[1][2].count("\n") == grade.comment.count("\n") == 2


def test_grades_above_100_are_said():
    export = moodle_grades([make_grade("a", 104.0)], roster("a"))
    assert any("above 100" in note for note in export.notes)


def test_an_unknown_key_is_refused():
    with pytest.raises(CourseError, match="email, idnumber, username"):
        moodle_grades([make_grade("a")], by="shoe size")

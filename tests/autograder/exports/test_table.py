"""Tables for people and JSON Lines: the same numbers everywhere, no formulas, nobody missing."""

import csv
import io
import json

import pytest

from autograder.exports import (
    Grade,
    fill_canvas,
    gradescope_results,
    moodle_grades,
    write_csv,
    write_json_lines,
    write_totals,
)
from autograder.grading import Report
from autograder.roster import Roster, Student

from .conftest import ODD_NAMES, make_report


def table(write, *arguments):
    file = io.StringIO(newline="")
    write(*arguments[:1], file, *arguments[1:])
    return list(csv.DictReader(io.StringIO(file.getvalue())))


def test_points_by_item(report):
    (row,) = table(write_csv, [report])
    assert row == {
        "submission": "jane", "score": "72.5", "max_score": "100.0", "item_0": "60.0", "item_1": "12.5", "why": "",
    }  # fmt: skip


def test_what_was_not_graded_is_empty_not_zero():
    (row,) = table(write_csv, [make_report(graded=False)])
    assert (row["score"], row["broken"], row["item_0"]) == ("", "", "60.0")


def test_totals_by_assignment():
    grades = [
        Grade("b", "assignment1", 72.5, 100.0),
        Grade("a", "assignment1", 10 / 3, 100.0),
        Grade("a", "assignment2", 50.0, 50.0),
        Grade("b", "assignment2", None, 50.0),
    ]
    rows = table(write_totals, grades)
    assert [row["student"] for row in rows] == ["a", "b"]
    assert (rows[0]["assignment1"], rows[0]["assignment2"], rows[0]["total"]) == ("3.33", "50.0", "53.33")
    assert (rows[1]["assignment2"], rows[1]["total"], rows[1]["total max"]) == ("", "72.5", "100.0")


def test_with_a_roster_nobody_is_missing(report):
    roster = Roster((Student("Jane", "Doe, Jane", "j@x.example"), Student("late", "=Late", "l@x.example")))
    for rows in (table(write_csv, [report], roster), table(write_totals, [Grade.of(report)], roster)):
        assert [(row["name"], row["email"]) for row in rows] == [
            ("Doe, Jane", "j@x.example"),
            ("'=Late", "l@x.example"),
        ]


@pytest.mark.parametrize("name", [*ODD_NAMES, "\udcff", " =1+1", "＝1+1"])
def test_names_are_text(name):
    (row,) = table(write_csv, [make_report(name)])
    assert row["submission"].lstrip()[0] not in "=+-@＝\t"
    (row,) = table(write_totals, [Grade.of(make_report(name))])
    assert row["student"].lstrip()[0] not in "=+-@＝\t"


@pytest.mark.parametrize("name", ["jane", "李", "\udcff"])
def test_json_lines_hold_the_whole_report(name):
    report = make_report(name)
    file = io.StringIO()
    write_json_lines([report, report], file)
    read = [Report.from_json(json.loads(line)) for line in file.getvalue().splitlines()]
    assert [item.points for item in read[0].items] == [item.points for item in report.items]
    assert len(read) == 2
    file.getvalue().encode("utf-8")


@pytest.mark.parametrize("earned", [0.0, 1 / 3, 2.675, 12.345, 29.999, 60.0])
def test_every_export_rounds_alike(tmp_path, earned):
    report = make_report("jane", [(earned, 60)])
    (tmp_path / "g.csv").write_text("Student,ID,SIS Login ID,Section,Assignment 1 (41)\nDoe,1,jane,S,\n")
    grade = Grade.of(report)
    canvas = list(csv.reader(io.StringIO(fill_canvas(tmp_path / "g.csv", [grade]).text)))[1][-1]
    roster = Roster((Student("jane", email="j@x.example"),))
    moodle = list(csv.reader(io.StringIO(moodle_grades([grade], roster).text)))[1][1]
    (by_item,) = table(write_csv, [report])
    (totals,) = table(write_totals, [grade])
    numbers = {float(cell) for cell in (canvas, moodle, by_item["score"], by_item["item_0"], totals["total"])}
    assert numbers == {gradescope_results(report)["score"]} == {report.score}

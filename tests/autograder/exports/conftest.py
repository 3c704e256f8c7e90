"""Reports as the grader makes them, and names as students have them."""

import pytest

from autograder.checks.engine import ItemResult
from autograder.exports import Grade
from autograder.grading import Report

ODD_NAMES = [
    "Doe, Jane",
    "O'Brien, Seán",
    'de "Bob" Souza, Robert',
    "李, 小龙",
    "כהן, דוד",
    "van der Berg, Anna_Lena",
    "X" * 200,
    "=1+1",
    "+49 170",
    "-5",
    "@SUM(A1)",
    "\tTab, Tom",
    "=cmd|' /C calc'!A0",
]


def make_report(student="jane", parts=((60, 60), (12.5, 30)), manual=10.0, graded=True, assignment="assignment1"):
    items = []
    for number, (earned, most) in enumerate(parts):
        verdict = "correct" if earned == most else "partial" if earned else "wrong"
        items.append(
            ItemResult(f"item_{number}", verdict, earned, most, f"asked <b>{number}</b> & more", "Look twice.")
        )
    if manual:
        items.append(ItemResult("why", "manual", 0.0, manual, "A person grades this."))
    if not graded:
        items.append(ItemResult("broken", "not graded", 0.0, 5.0, "The grader failed."))
    return Report(student, assignment, tuple(items), "no isolation", ("a note",), "abc")


def make_grade(student="jane", score=72.5, **other):
    return Grade(student, "assignment1", score, 100.0, **other)


@pytest.fixture
def report():
    return make_report()

"""From a report to results.json: what students may not see, and what a person grades."""

from dataclasses import replace

import pytest

from autograder.checks.engine import ItemResult
from autograder.course import Course
from autograder.gradescope.grade import results_of
from autograder.gradescope.metadata import HandIn
from autograder.gradescope.settings import Settings
from autograder.grading import Report, not_graded
from tests.autograder.conftest import REPOSITORY

from .documented import problems

TASK = Course(REPOSITORY).assignment("assignment1")


@pytest.fixture
def report():
    """Everything right, but nothing was answered: notebooks are missing."""
    items = [
        ItemResult(
            item.id, *(("missing", 0.0) if item.kind == "question" else ("correct", item.points)), item.points, ""
        )
        for item in TASK.items
    ]
    return Report(
        "jane", TASK.name, tuple(items), "isolated", ("left out a.py: a link",), "", ("KeyError in the check",)
    )


def results(report, **settings):
    found = results_of(report, TASK, Settings(TASK.name, **settings), HandIn("7"))
    assert problems(found) == []
    return found


def test_notes_for_instructors_stay_with_them(report):
    text = str(results(report))
    assert "left out a.py" in text
    assert "KeyError" not in text


def test_scores_are_those_of_checks_for_everybody(report):
    found = results(report)
    assert found["score"] == 85
    assert sum(test.get("max_score", 0) for test in found["tests"]) == 85
    questions = {item.id for item in TASK.items if item.kind == "question"}
    assert {test["name"] for test in found["tests"] if "score" not in test} == questions


def test_the_leaderboard_has_the_models(report):
    assert "leaderboard" not in results(report)
    models = [item.id for item in TASK.items if item.kind == "model"]
    assert [leader["name"] for leader in results(report, leaderboard=True)["leaderboard"]] == models


def test_one_item_that_was_not_graded_leaves_no_score(report):
    (first, *others) = report.items
    found = results(replace(report, items=(replace(first, verdict="not graded"), *others)), leaderboard=True)
    assert "score" not in found
    assert not any("score" in test for test in found["tests"])
    assert "leaderboard" not in found


def test_what_could_not_be_graded_at_all_lists_every_item():
    report = not_graded("jane", TASK, "the disk is full", "isolated")
    assert not report.graded
    assert [item.id for item in report.items] == [item.id for item in TASK.items]
    assert "score" not in results(report)

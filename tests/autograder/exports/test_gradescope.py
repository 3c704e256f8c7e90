"""results.json has what Gradescope's documentation names, and nothing that a student's message could break out of."""

import json

import pytest

from autograder.checks.engine import ItemResult
from autograder.errors import CourseError
from autograder.exports import Leader, gradescope_results
from autograder.grading import Report

from .conftest import make_report

#: "Autograder Specifications": the keys, top level and of a test.
TOP = {
    "score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
    "stdout_visibility", "extra_data", "tests", "leaderboard",
}  # fmt: skip
TEST = {
    "score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags", "visibility",
    "extra_data",
}  # fmt: skip


def read(results):
    """As Gradescope reads it: strict JSON in UTF-8."""
    return json.loads(json.dumps(results, ensure_ascii=False, allow_nan=False).encode("utf-8"))


def test_the_total_and_every_item_arrive(report):
    results = read(gradescope_results(report))
    assert set(results) <= TOP
    assert results["score"] == report.score == 72.5
    scored = [test for test in results["tests"] if "score" in test]
    assert [(test["name"], test["score"], test["max_score"], test["status"]) for test in scored] == [
        ("item_0", 60, 60, "passed"),
        ("item_1", 12.5, 30, "failed"),
    ]
    assert sum(test["score"] for test in scored) == results["score"]
    assert all(set(test) <= TEST for test in results["tests"])
    assert [test["number"] for test in results["tests"]] == ["1", "2", "3"]
    assert results["extra_data"]["verdicts"]["item_1"] == "partial"


def test_what_a_person_grades_has_no_score(report):
    (question,) = [test for test in gradescope_results(report)["tests"] if test["name"] == "why"]
    assert not {"score", "max_score", "status"} & set(question)
    assert "10 more" in gradescope_results(report)["output"]


def test_a_failure_of_ours_gives_no_score_at_all():
    results = read(gradescope_results(make_report(graded=False), leaders=[Leader("a", 1.0)]))
    assert "score" not in results
    assert not any("score" in test for test in results["tests"])
    assert "leaderboard" not in results
    assert "Not graded" in results["output"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>', "a & b", "\udcff", "\x00", "مرحبا"])
def test_text_is_shown_not_obeyed(text):
    item = ItemResult("item", "wrong", 0.0, 5.0, text, text)
    results = read(gradescope_results(Report(text, "a", (item,), "", (text,))))
    for shown in (results["output"], results["tests"][0]["output"]):
        assert "<script" not in shown
        assert "<img" not in shown


@pytest.mark.parametrize("visibility", ["visible", "after_due_date", "after_published", "hidden"])
def test_visibility_is_that_of_the_tests(report, visibility):
    results = gradescope_results(report, visibility)
    assert {test["visibility"] for test in results["tests"]} == {visibility}
    assert results["stdout_visibility"] == "hidden"


def test_an_unknown_visibility_is_refused(report):
    with pytest.raises(CourseError, match="after_due_date"):
        gradescope_results(report, "sometimes")


def test_the_leaderboard_is_an_option(report):
    assert "leaderboard" not in gradescope_results(report)
    leaders = [Leader("accuracy", 0.613), Leader("seconds", 12.5, ascending=True), Leader.of(report.items[1])]
    assert read(gradescope_results(report, leaders=leaders))["leaderboard"] == [
        {"name": "accuracy", "value": 0.613, "order": "desc"},
        {"name": "seconds", "value": 12.5, "order": "asc"},
        {"name": "item_1", "value": 12.5, "order": "desc"},
    ]

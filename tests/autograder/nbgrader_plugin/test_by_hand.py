"""What people have entered into the gradebook, and totals that come out as nbgrader has them."""

import csv
import datetime
import itertools
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.course import Course
from autograder.exports import Grade, write_json_lines
from autograder.nbgrader_plugin.by_hand import decisions, entries, items_of_solutions
from autograder.nbgrader_plugin.gradebook import write
from autograder.standing import ByHand, Mark, Standing

from .conftest import ITEMS, REPOSITORY, NbGrader
from .test_gradebook import report

DUE = datetime.datetime(2026, 3, 1, 12)


def enter(nbgrader, student, item, points=None, extra=None, comment=None):
    with nbgrader.gradebook() as gradebook:
        grade = gradebook.find_grade(item, "losses", nbgrader.name, student)
        grade.manual_score, grade.extra_credit = points, extra
        if comment is not None:
            gradebook.find_comment(item, "losses", nbgrader.name, student).manual_comment = comment
        gradebook.db.commit()


def totals(nbgrader):
    """As `nbgrader export` has them."""
    with nbgrader.gradebook() as gradebook:
        return {
            submission.student.id: max(0.0, submission.score - submission.late_submission_penalty)
            for submission in gradebook.assignment_submissions(nbgrader.name)
        }


def test_totals_are_nbgraders(nbgrader):
    course = nbgrader.root / "solutions" / "course.toml"
    course.write_text(course.read_text() + "[late]\npercent_per_day = 30\n")
    nbgrader = NbGrader(nbgrader.root)
    with nbgrader.gradebook() as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate=DUE)
    cases = list(itertools.product([0.0, 33.33, 50.0], ["manual", "untouched"], [0, 1, 9], [None, 0.0, 7.5]))
    reports = [report(f"s{number}", naive, why) for number, (naive, why, _, _) in enumerate(cases)]
    times = {f"s{number}": DUE + datetime.timedelta(days=days) for number, (_, _, days, _) in enumerate(cases)}
    write(reports, nbgrader.task, nbgrader.db_url, times)
    for number, (_, _, _, points) in enumerate(cases):
        enter(nbgrader, f"s{number}", "why", points, extra=2.0)  # which nbgrader does not count without any score
        if number % 4 == 0:
            enter(nbgrader, f"s{number}", "svm_loss_naive", 0.5)
        if number % 5 == 0:
            enter(nbgrader, f"s{number}", "svm_loss_vectorized", None, extra=3.25)
    manual, problems = decisions(reports, nbgrader.task, nbgrader.db_url)
    found = {r.submission: Standing(r, manual[r.submission]).points for r in reports}
    expected = totals(nbgrader)
    assert len({round(total, 2) for total in expected.values()}) > 20
    assert found == pytest.approx(expected, abs=0.0051)
    assert problems == []


def test_what_nobody_has_touched_is_no_mark(nbgrader):
    write([report()], nbgrader.task, nbgrader.db_url)
    found = entries(nbgrader.task, nbgrader.db_url)
    assert found["ann"].by_hand.marks == {}
    assert found["ann"].by_hand.late_penalty == 0
    assert found["ann"].is_about(report())


def test_points_and_comments(nbgrader):
    write([report()], nbgrader.task, nbgrader.db_url)
    enter(nbgrader, "ann", "why", 7.5, 1.0, "Nearly.\n<b>But</b> why?")
    (mark,) = entries(nbgrader.task, nbgrader.db_url)["ann"].by_hand.marks.items()
    assert mark == ("why", Mark(7.5, 1.0, "Nearly.\n<b>But</b> why?"))


def test_a_comment_on_a_solution_is_about_its_item():
    found = items_of_solutions(Course(REPOSITORY).assignment("assignment1"))
    assert found["knn_cross_validation-code"] == "knn_cross_validation"
    assert "svm_q1" not in found


def test_reports_of_other_scores_are_named(nbgrader):
    write([report(), report("bob")], nbgrader.task, nbgrader.db_url)
    _, (problem,) = decisions([report(), report("bob", 12.5), report("new")], nbgrader.task, nbgrader.db_url)
    assert "has not the scores of 2 of 3 reports" in problem
    assert "(bob, new)" in problem


def test_a_report_on_some_items_is_not_of_those_scores(nbgrader):
    write([report()], nbgrader.task, nbgrader.db_url)
    part = type(report())("ann", "tiny", report().items[:2], "isolated")
    assert decisions([part], nbgrader.task, nbgrader.db_url)[1]


def test_a_gradebook_that_does_not_know_the_assignment_has_nobody(nbgrader):
    with nbgrader.gradebook() as gradebook:
        gradebook.remove_assignment("tiny")
    assert entries(nbgrader.task, nbgrader.db_url) == {}


@pytest.fixture
def reports(nbgrader, monkeypatch):
    """A file of two reports that the gradebook has, in the course's folder, where commands run."""
    monkeypatch.chdir(nbgrader.root)
    both = [report(), report("bob", 12.5, "untouched")]
    write(both, nbgrader.task, nbgrader.db_url)
    with open("reports.jsonl", "w", encoding="utf-8") as file:
        write_json_lines(both, file)
    return "reports.jsonl"


def test_the_commands_count_what_people_entered(nbgrader, reports, capsys):
    enter(nbgrader, "ann", "why", 8.0, 1.5, "Why a hair?")
    enter(nbgrader, "bob", "svm_loss_naive", 20.0)
    assert main(["feedback", reports, "--gradebook"]) == 0
    page = (nbgrader.root / "pages" / "ann.html").read_text()
    assert "<strong>59.5</strong> of 100 points" in page
    assert "Why a hair?" in page
    assert main(["report", reports, "--db", nbgrader.db_url]) == 0
    assert ">59.5</td>" in (nbgrader.root / "class.html").read_text()
    assert main(["report", reports]) == 0
    assert ">59.5</td>" not in (nbgrader.root / "class.html").read_text()
    assert capsys.readouterr().err == ""


def test_so_does_what_is_exported(nbgrader, reports):
    enter(nbgrader, "ann", "why", 8.0, 1.5, "Why a hair?")
    with nbgrader.gradebook() as gradebook:
        gradebook.find_submission_notebook("losses", "tiny", "ann").late_submission_penalty = 2.25
        gradebook.db.commit()
    assert totals(nbgrader)["ann"] == 57.25
    assert main(["export", "csv", reports, "--gradebook", "-o", "table.csv"]) == 0
    rows = {row["submission"]: row for row in csv.DictReader(open_text("table.csv"))}
    assert (rows["ann"]["score"], rows["ann"]["why"]) == ("57.25", "9.5")
    assert float(rows["bob"]["why"]) == 0  # an answer that there is not waits for nobody
    assert main(["export", "csv", reports, "--gradebook", "--totals", "-o", "totals.csv"]) == 0
    assert [float(row["tiny"]) for row in csv.DictReader(open_text("totals.csv"))] == [57.25, 12.5]
    assert main(["export", "csv", reports, "-o", "table.csv"]) == 0
    assert [float(row["score"]) for row in csv.DictReader(open_text("table.csv"))] == [50, 12.5]


def open_text(name):
    return Path(name).read_text(encoding="utf-8-sig").splitlines()


def test_the_comment_for_other_systems_says_what_people_did():
    by_hand = ByHand({"why": Mark(8.0, 1.5, "Why a\nhair?")}, late_penalty=2.25)
    lines = Grade.of(report(), by_hand).comment.splitlines()
    assert lines[0] == "Points: 57.25 of 100."
    assert "Taken off for being late: 2.25." in lines
    assert "why: 9.5 of 10. Why a hair?" in lines


@pytest.mark.parametrize("command", ["feedback", "report"])
def test_the_commands_tell_of_other_scores(command, nbgrader, reports, capsys):
    write([report("bob", 50.0)], nbgrader.task, nbgrader.db_url)
    assert main([command, reports, "--gradebook"]) == 1
    assert "has not the scores of 1 of 2 reports, so their totals are not nbgrader's (bob)" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["feedback", "report"])
def test_the_commands_without_a_gradebook(command, nbgrader, reports, capsys):
    (nbgrader.root / "gradebook.db").unlink()
    assert main([command, reports, "--gradebook"]) == 2
    assert "there is no gradebook" in capsys.readouterr().err
    assert {path.name for path in nbgrader.root.iterdir()} & {"pages", "class.html"} == set()


def test_all_items_are_there(nbgrader):
    write([report()], nbgrader.task, nbgrader.db_url)
    assert set(entries(nbgrader.task, nbgrader.db_url)["ann"].scores) == set(ITEMS)

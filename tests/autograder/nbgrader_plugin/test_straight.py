"""`autograder grade --gradebook`, as an instructor gives it."""

import shutil
import sqlite3
from datetime import datetime

import pytest

from autograder import console
from autograder.cli import main
from autograder.demo import strongest
from autograder.nbgrader_plugin import straight

from .conftest import MODULE


@pytest.fixture
def course(nbgrader, monkeypatch):
    """A course with two submissions in it, in which one is."""
    nbgrader.hand_in("ann")
    nbgrader.hand_in("bob", solved=False)
    (nbgrader.submitted("bob") / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC\n")
    monkeypatch.chdir(nbgrader.root)
    return nbgrader


def grade(*more, paths=("submitted",)):
    isolation = strongest().mode
    return main(["grade", *map(str, paths), "--assignment", "tiny", "--isolation", isolation, "-j", "1", *more])


def nothing_is_graded(monkeypatch):
    def fail(*args):
        raise AssertionError("it was graded")

    monkeypatch.setattr(console, "grade_class", fail)


def test_the_scores_are_in_the_gradebook(course, capsys):
    assert grade("--gradebook") == 0
    shown = capsys.readouterr().err
    assert f"2 submissions in {course.root / 'gradebook.db'}" in shown
    assert "2 students were new to it: ann, bob" in shown
    dump = course.dump()
    assert dump["ann"]["grades"]["svm_loss_naive"] == (50.0, None, None, False)
    assert dump["bob"]["grades"]["svm_loss_naive"] == (0.0, None, None, False)
    assert (dump["ann"]["timestamp"], dump["bob"]["timestamp"]) == (None, datetime(2026, 3, 1, 12))
    assert grade("--gradebook", "--fresh") == 0
    assert "new to it" not in capsys.readouterr().err
    assert course.dump() == dump
    course.autograde()
    assert course.dump() == dump


def test_without_being_asked_it_is_left_alone(course):
    assert grade() == 0
    assert course.dump() == {}


def test_another_place(course, tmp_path):
    (course.root / "gradebook.db").rename(tmp_path / "elsewhere.db")
    assert grade("--db", f"sqlite:///{tmp_path / 'elsewhere.db'}") == 0
    assert not (course.root / "gradebook.db").exists()
    course.db_url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    assert course.scores("ann")["svm_loss_naive"] == 50


def test_a_gradebook_that_there_is_not_is_said_before_anything_is_graded(course, monkeypatch, capsys):
    (course.root / "gradebook.db").unlink()
    nothing_is_graded(monkeypatch)
    assert grade("--gradebook") == 2
    assert "`nbgrader generate_assignment` makes it" in capsys.readouterr().err


def test_so_is_a_penalty_that_means_nothing(course, monkeypatch, capsys):
    with (course.root / "solutions" / "course.toml").open("a") as file:
        file.write("\n[late]\npercent_per_day = -3\n")
    nothing_is_graded(monkeypatch)
    assert grade("--gradebook") == 2
    assert "percent_per_day should be a number of 0 or more, got -3" in capsys.readouterr().err


def test_locked_meanwhile_the_same_command_goes_on(course, monkeypatch, capsys):
    """Nothing is graded twice over it."""
    write = straight.write
    other = sqlite3.connect(course.root / "gradebook.db")

    def locked(*args, **named):
        other.execute("BEGIN IMMEDIATE")
        return write(*args, **named, patience=0.2)

    monkeypatch.setattr(straight, "write", locked)
    assert grade("--gradebook", "--json", "reports.jsonl") == 2
    assert "locked by another program" in capsys.readouterr().err
    assert len((course.root / "reports.jsonl").read_text().splitlines()) == 2
    other.rollback()
    other.close()
    monkeypatch.undo()
    monkeypatch.chdir(course.root)
    assert grade("--gradebook") == 0
    assert "2 of 2 submissions were graded by an earlier run" in capsys.readouterr().err
    assert course.scores("ann")["svm_loss_naive"] == 50


def test_a_regrade_writes_what_has_changed(course):
    assert grade("--gradebook", "--json", "reports.jsonl") == 0
    shutil.copy(course.task.course.solutions / MODULE, course.submitted("bob") / MODULE)
    isolation = strongest().mode
    assert main(["regrade", "reports.jsonl", "submitted", "--gradebook", "--isolation", isolation, "-j", "1"]) == 0
    assert course.scores("ann") == course.scores("bob") == {"svm_loss_naive": 50, "svm_loss_vectorized": 40, "why": 0}


def test_what_is_in_a_students_folder_changes_nobody_elses_scores(course):
    assert grade("--gradebook", "--json", "reports.jsonl") == 0
    eve = course.submitted("eve")
    for name in ("ann", "bob"):
        shutil.copytree(course.task.release / "cs231n", eve / name / "cs231n")
    before = {name: course.scores(name) for name in ("ann", "bob")}
    each = [course.root / "submitted" / name for name in ("ann", "bob", "eve")]
    for paths in ([eve.parent], [eve], each, [path / "tiny" for path in each], ["submitted"]):
        assert grade("--gradebook", "--fresh", paths=paths) == 0
        assert course.dump().keys() == {"ann", "bob", "eve"}
        assert {name: course.scores(name) for name in before} == before
    straight_in = course.dump()
    course.autograde()
    assert course.dump() == straight_in
    with course.gradebook() as gradebook:
        assert {student.id for student in gradebook.students} == {"ann", "bob", "eve"}
    arguments = ["regrade", "reports.jsonl", str(eve), "--gradebook", "--isolation", strongest().mode]
    assert main(arguments) == 2  # it is no report of hers
    assert course.dump() == straight_in


def test_who_has_not_handed_in_is_in_neither_gradebook(course, caplog):
    submitted = course.root / "submitted"
    shutil.copytree(course.submitted("ann"), submitted / "other" / "tiny2")
    (submitted / "linked").mkdir()
    (submitted / "linked" / "tiny").symlink_to(course.submitted("ann"))
    shutil.copytree(course.submitted("ann"), submitted / "cs231n" / "tiny")
    (submitted / "eve").symlink_to(submitted / "ann")
    assert grade("--gradebook") == 0
    assert "left out: linked, other" in caplog.text
    straight_in = course.dump()
    assert straight_in.keys() == {"ann", "bob", "cs231n"}
    course.autograde()
    assert course.dump() == straight_in
    assert grade("--gradebook", paths=[submitted / "other"]) == 2
    assert grade("--gradebook", paths=sorted(submitted.iterdir())) == 0
    assert course.dump() == straight_in


def test_no_student_is_entered_under_another_name(course, capsys):
    shutil.copytree(course.submitted("bob"), course.submitted("Ann"))
    shutil.copytree(course.submitted("bob"), course.submitted("e\u202evil"))
    assert grade("--gradebook") == 2
    shown = capsys.readouterr().err
    assert "2 of 4 submissions have no name that a gradebook can have beside the others" in shown
    assert "ann (as ann (2)), e?vil (as e?vil); nothing was entered" in shown
    assert course.dump() == {}
    assert grade() == 0
    for name in ("ann", "Ann"):
        assert grade("--gradebook", paths=[course.submitted(name)]) == 0
    assert (course.scores("ann")["svm_loss_naive"], course.scores("Ann")["svm_loss_naive"]) == (50, 0)

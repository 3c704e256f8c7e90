"""Reports straight into gradebook.db: what is written, what is left alone, and what is said when it cannot be used."""

import sqlite3
import threading
import time

import pytest
from alembic.script import ScriptDirectory
from nbgrader.dbutil import ALEMBIC_DIR

from autograder.checks.engine import ItemResult
from autograder.checks.messages import say
from autograder.grading import Report
from autograder.nbgrader_plugin.gradebook import GradebookError, auto_score, default_url, released, write


def report(student="ann", naive=50.0, why="manual"):
    items = (
        ItemResult("svm_loss_naive", "correct" if naive else "wrong", naive, 50.0, "Right."),
        ItemResult("svm_loss_vectorized", "missing", 0.0, 40.0, "It is not written yet."),
        ItemResult("why", "manual", 0.0, 10.0, say(why)),
    )
    return Report(student, "tiny", items, "isolated")


def test_write(nbgrader):
    assert write([report(), report("bob", 12.5, "untouched")], nbgrader.task, nbgrader.db_url) == ["ann", "bob"]
    dump = nbgrader.dump()
    assert dump["ann"]["grades"] == {
        "svm_loss_naive": (50.0, None, None, False),
        "svm_loss_vectorized": (0.0, None, None, False),
        "why": (None, None, None, True),
    }
    assert dump["bob"]["grades"]["svm_loss_naive"] == (12.5, None, None, False)
    assert dump["bob"]["grades"]["why"] == (0.0, None, None, False)
    assert dump["bob"]["comments"]["why"] == ("No response.", None)
    assert dump["ann"]["comments"]["why"] == (None, None)
    assert write([report(), report("bob", 12.5, "untouched")], nbgrader.task, nbgrader.db_url) == []
    assert nbgrader.dump() == dump


def test_others_are_left_alone(nbgrader):
    write([report(), report("bob")], nbgrader.task, nbgrader.db_url)
    before = nbgrader.dump()
    write([report("bob", 0.0)], nbgrader.task, nbgrader.db_url)
    after = nbgrader.dump()
    assert after["ann"] == before["ann"]
    assert after["bob"] != before["bob"]


def test_some_items_only(nbgrader):
    """A report on a few items (`--items`) leaves the others as they are."""
    write([report()], nbgrader.task, nbgrader.db_url)
    part = Report("ann", "tiny", report(naive=25.0).items[:1], "isolated")
    write([part], nbgrader.task, nbgrader.db_url)
    assert nbgrader.scores("ann") == {"svm_loss_naive": 25, "svm_loss_vectorized": 0, "why": None}


@pytest.mark.parametrize(
    ("verdict", "message", "expected"),
    [
        ("correct", "", 3.0),
        ("partial", "", 3.0),
        ("missing", "", 3.0),
        ("manual", say("manual"), None),
        ("manual", say("untouched"), 3.0),
        ("not graded", "", None),
    ],
)
def test_who_scores_what(verdict, message, expected):
    assert auto_score(ItemResult("item", verdict, 3.0, 5.0, message)) == expected


@pytest.mark.parametrize(("points", "expected"), [(-1.0, 0.0), (7.0, 5.0)])
def test_a_score_is_never_outside_its_range(points, expected):
    assert auto_score(ItemResult("item", "correct", points, 5.0, "")) == expected


def test_there_is_none(nbgrader):
    with pytest.raises(GradebookError, match="there is no gradebook .*no.db; `nbgrader generate_assignment` makes it"):
        write([report()], nbgrader.task, f"sqlite:///{nbgrader.root / 'no.db'}")
    assert not (nbgrader.root / "no.db").exists()


def test_it_is_empty(nbgrader):
    (nbgrader.root / "no.db").touch()
    with pytest.raises(GradebookError, match="there is no gradebook"):
        write([report()], nbgrader.task, f"sqlite:///{nbgrader.root / 'no.db'}")


def test_it_is_no_database(nbgrader):
    (nbgrader.root / "gradebook.db").write_bytes(b"not a database at all, but long enough for one" * 99)
    with pytest.raises(GradebookError, match="cannot be used: file is not a database"):
        write([report()], nbgrader.task, nbgrader.db_url)


def test_it_cannot_be_written_to(nbgrader):
    """It is found out before anything is graded. A trigger says here what SQLite does, to root as well."""
    before = nbgrader.dump()
    with sqlite3.connect(nbgrader.root / "gradebook.db") as database:
        database.execute(
            "CREATE TRIGGER no BEFORE UPDATE ON alembic_version BEGIN "
            "SELECT RAISE(ABORT, 'attempt to write a readonly database'); END"
        )
    database.close()
    with pytest.raises(GradebookError, match="readonly database; see to its permissions"):
        released(nbgrader.task, nbgrader.db_url)
    assert nbgrader.dump() == before


def test_no_url(nbgrader):
    with pytest.raises(GradebookError, match="expected a database's URL such as sqlite"):
        write([report()], nbgrader.task, "gradebook.db")


def test_the_default_is_nbgraders(nbgrader):
    assert default_url(nbgrader.task.course) == nbgrader.db_url


def test_it_does_not_know_the_assignment(nbgrader):
    with nbgrader.gradebook() as gradebook:
        gradebook.remove_assignment("tiny")
    with pytest.raises(GradebookError, match="does not know tiny yet; run `nbgrader generate_assignment tiny"):
        write([report()], nbgrader.task, nbgrader.db_url)


def set_schema(nbgrader, version):
    with sqlite3.connect(nbgrader.root / "gradebook.db") as book:
        book.execute("UPDATE alembic_version SET version_num = ?", [version])
    book.close()


def test_an_older_schema(nbgrader):
    (base,) = ScriptDirectory(ALEMBIC_DIR).get_bases()
    set_schema(nbgrader, base)
    with pytest.raises(GradebookError, match="older nbgrader; `nbgrader db upgrade`"):
        write([report()], nbgrader.task, nbgrader.db_url)


def test_a_newer_schema(nbgrader):
    set_schema(nbgrader, "0123456789ab")
    with pytest.raises(GradebookError, match="newer nbgrader"):
        write([report()], nbgrader.task, nbgrader.db_url)


def test_no_schema_version(nbgrader):
    with sqlite3.connect(nbgrader.root / "gradebook.db") as book:
        book.execute("DROP TABLE alembic_version")
    book.close()
    with pytest.raises(GradebookError, match="older nbgrader; `nbgrader db upgrade`"):
        write([report()], nbgrader.task, nbgrader.db_url)


@pytest.mark.parametrize("lock", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])
def test_locked_for_good(nbgrader, lock, capfd):
    other = sqlite3.connect(nbgrader.root / "gradebook.db")
    other.execute(lock)
    with pytest.raises(GradebookError, match="locked by another program for 0.3 s; .* the same command goes on"):
        write([report()], nbgrader.task, nbgrader.db_url, patience=0.3)
    other.rollback()
    other.close()
    assert "Traceback" not in capfd.readouterr().err
    write([report()], nbgrader.task, nbgrader.db_url)
    assert nbgrader.scores("ann")["svm_loss_naive"] == 50


@pytest.mark.parametrize("lock", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])
def test_locked_for_a_while(nbgrader, lock):
    held, release = threading.Event(), threading.Event()

    def hold():
        other = sqlite3.connect(nbgrader.root / "gradebook.db")
        other.execute(lock)
        held.set()
        release.wait(20)
        time.sleep(0.5)
        other.rollback()
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    release.set()
    write([report()], nbgrader.task, nbgrader.db_url)
    thread.join()
    assert nbgrader.scores("ann")["svm_loss_naive"] == 50


def test_what_a_person_entered_stays(nbgrader):
    write([report()], nbgrader.task, nbgrader.db_url)
    with nbgrader.gradebook() as gradebook:
        grade = gradebook.find_grade("why", "losses", "tiny", "ann")
        grade.manual_score, grade.extra_credit = 9.0, 1.0
        gradebook.find_comment("why", "losses", "tiny", "ann").manual_comment = "Good."
        gradebook.find_submission_notebook("losses", "tiny", "ann").flagged = True
        gradebook.grant_extension("tiny", "ann", days=2)
        gradebook.db.commit()
    write([report(naive=0.0)], nbgrader.task, nbgrader.db_url)
    with nbgrader.gradebook() as gradebook:
        grade = gradebook.find_grade("why", "losses", "tiny", "ann")
        assert (grade.manual_score, grade.extra_credit, grade.score) == (9.0, 1.0, 10.0)
        assert gradebook.find_comment("why", "losses", "tiny", "ann").comment == "Good."
        assert gradebook.find_submission_notebook("losses", "tiny", "ann").flagged
        assert gradebook.find_submission("tiny", "ann").extension.days == 2
        assert gradebook.find_submission("tiny", "ann").score == 10.0

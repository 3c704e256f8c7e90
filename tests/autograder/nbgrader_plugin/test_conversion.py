"""Folders that students filled, which nbgrader's own converters fall over or take for somebody else's."""

import os
import time
import warnings

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from ..test_trees import deep
from .conftest import MODULE

ZEROS = {"svm_loss_naive": 0, "svm_loss_vectorized": 0, "why": 0}
RIGHT = {"svm_loss_naive": 50, "svm_loss_vectorized": 40, "why": 0}


@pytest.fixture
def bolt(nbgrader):
    """formgrader's: grades one student, and makes feedback, in a process that goes on."""

    def press(student, what="autograde"):
        with warnings.catch_warnings():
            config = nbgrader.config()
            del config.CourseDirectory.student_id, config.CourseDirectory.assignment_id
            api = NbGraderAPI(coursedir=CourseDirectory(config=config), config=config)
            return getattr(api, what)("tiny", student)["success"]

    return press


def test_submissions_without_a_notebook(nbgrader, bolt):
    (nbgrader.hand_in("code-only") / "losses.ipynb").unlink()
    nbgrader.submitted("empty").mkdir(parents=True)
    assert bolt("code-only")
    assert bolt("empty")
    assert nbgrader.scores("code-only") == RIGHT
    assert nbgrader.scores("empty") == ZEROS
    assert bolt("empty", "generate_feedback")
    assert (nbgrader.root / "feedback" / "empty" / "tiny" / "losses.html").is_file()


def test_the_class_of_which_nobody_handed_in_a_notebook(nbgrader):
    nbgrader.submitted("empty").mkdir(parents=True)
    nbgrader.autograde("empty")
    assert nbgrader.scores("empty") == ZEROS


@pytest.mark.parametrize("student", ["bob", "linked"])
def test_nobody_is_found(nbgrader, caplog, student):
    os.symlink(nbgrader.hand_in("ann").parent, nbgrader.root / "submitted" / "linked")
    with pytest.raises(NbGraderException, match=f"expected folders .*/submitted/{student}/tiny"):
        nbgrader.autograde(student)
    assert "Traceback" not in caplog.text
    assert not (nbgrader.root / "autograded").exists()


def test_names_that_are_patterns_of_others(nbgrader, bolt):
    nbgrader.hand_in("bo[b]", solved=False)
    nbgrader.hand_in("bob")
    nbgrader.hand_in("*", solved=False)
    nbgrader.autograde()
    assert {student: nbgrader.scores(student) for student in ("bob", "bo[b]", "*")} == {
        "bob": RIGHT,
        "bo[b]": ZEROS,
        "*": ZEROS,
    }
    (nbgrader.submitted("bo[b]") / MODULE).write_bytes((nbgrader.task.course.solutions / MODULE).read_bytes())
    (nbgrader.submitted("bob") / MODULE).write_text("")
    assert bolt("bo[b]")
    assert nbgrader.scores("bo[b]") == RIGHT
    assert nbgrader.scores("bob") == RIGHT  # not graded again
    nbgrader.run(GenerateFeedback)
    assert sorted(os.listdir(nbgrader.root / "feedback")) == ["*", "bo[b]", "bob"]


def test_a_pattern_takes_several(nbgrader):
    for student in ("a1", "a2", "b1"):
        nbgrader.hand_in(student)
    nbgrader.autograde("a*")
    assert nbgrader.dump().keys() == {"a1", "a2"}


def test_a_name_that_nbgrader_cannot_have(nbgrader, caplog):
    nbgrader.hand_in("an\nn")
    nbgrader.hand_in("bob")
    (nbgrader.root / "submitted" / os.fsdecode(b"\xff") / "tiny").mkdir(parents=True)
    nbgrader.autograde()
    assert nbgrader.dump().keys() == {"bob"}
    assert caplog.text.count("control characters") == 2
    assert "Traceback" not in caplog.text


def test_a_very_deep_folder_costs_nobody_anything(nbgrader, caplog, request):
    deep(nbgrader.hand_in("eve"), 1100, request)
    nbgrader.hand_in("zoe")
    nbgrader.autograde()
    nbgrader.run(GenerateFeedback)
    assert nbgrader.scores("eve") == nbgrader.scores("zoe") == RIGHT
    assert "folders deep" in caplog.text
    assert "Traceback" not in caplog.text
    assert (nbgrader.root / "feedback" / "eve" / "tiny" / "losses.html").is_file()


def test_many_files_take_no_longer_than_copying_them(nbgrader):
    folder = nbgrader.hand_in("eve") / "d"
    folder.mkdir()
    for number in range(3000):
        (folder / f"{number}.png").touch()
    start = time.process_time()
    nbgrader.autograde()
    nbgrader.run(GenerateFeedback)
    assert time.process_time() - start < 12  # nbgrader's own way takes 25 s here
    assert len(list((nbgrader.root / "feedback" / "eve" / "tiny" / "d").iterdir())) == 3000


def test_a_folder_that_is_a_link_is_nobodys_submission(nbgrader):
    ann = nbgrader.hand_in("ann")
    os.symlink(ann.parent, nbgrader.root / "submitted" / "mallory")
    (nbgrader.root / "submitted" / "mel").mkdir()
    os.symlink(ann, nbgrader.submitted("mel"))
    nbgrader.autograde()
    assert nbgrader.dump().keys() == {"ann"}
    assert os.listdir(nbgrader.root / "autograded") == ["ann"]


def test_of_very_many_files_only_nbgraders_own_are_copied(nbgrader, monkeypatch):
    """Without a timestamp in every student's feedback nbgrader releases nobody's."""
    monkeypatch.setattr("autograder.trees.MAX_ENTRIES", 5)
    (nbgrader.hand_in("ann") / "timestamp.txt").write_text("2026-03-01 10:00:00 UTC")
    nbgrader.autograde()
    assert nbgrader.scores("ann") == RIGHT
    names = {path.name for path in (nbgrader.root / "autograded" / "ann" / "tiny").iterdir()}
    assert names == {"losses.ipynb", "timestamp.txt", "autograder-report.json"}


def test_converters_with_other_exporters_do_what_they_always_did(nbgrader, tmp_path):
    (nbgrader.hand_in("ann") / "notes.txt").write_text("x")

    def stock(config):
        for name in ("exporter_class", "sanitize_preprocessors", "autograde_preprocessors"):
            del config.Autograde[name]
        config.Autograde.autograde_preprocessors = []

    nbgrader.run(Autograde, change=stock)
    assert (nbgrader.root / "autograded" / "ann" / "tiny" / "notes.txt").is_file()

"""`nbgrader generate_assignment` leaves what `autograder build` leaves, and the assignment in the gradebook."""

import shutil

import pytest
from nbgrader.converters.base import NbGraderException

from autograder.nbgrader_plugin.gradebook import released

from .conftest import MODULE, NbGrader


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_it_is_the_folder_that_build_makes(generated, built_course):
    made, built = contents(generated.task.release), contents(built_course.release)
    assert made.keys() == built.keys()
    assert [name for name in built if made[name] != built[name]] == []


def test_the_gradebook_knows_every_item(generated):
    cells = released(generated.task, generated.db_url)
    assert {cell.id: cell.points for cell in cells["losses"]} == {
        "svm_loss_naive": 50,
        "svm_loss_vectorized": 40,
        "why": 10,
    }


def test_again_and_with_things_lying_about(nbgrader, built_course):
    """Nothing goes out that course.toml does not name: not a solved module, nor a notebook that is not finished."""
    source = nbgrader.root / "solutions" / "tiny"
    shutil.copytree(nbgrader.root / "solutions" / "cs231n", source / "cs231n")
    (source / "notes.txt").write_text("the answers are ...")
    shutil.copy(source / "losses.ipynb", source / "scratch.ipynb")
    (nbgrader.task.release / "saved").mkdir()
    (nbgrader.task.release / "saved" / "mine.npz").write_bytes(b"")
    nbgrader.generate_assignment(force=True)
    assert contents(nbgrader.task.release) == contents(built_course.release)
    assert released(nbgrader.task, nbgrader.db_url).keys() == {"losses"}


def test_a_release_that_the_gradebook_does_not_know(nbgrader):
    """As in a fresh clone: nbgrader would pass over it, and grading would fail later."""
    (nbgrader.root / "gradebook.db").unlink()
    nbgrader.generate_assignment()
    assert released(nbgrader.task, nbgrader.db_url)


def test_a_release_that_it_knows_is_left_alone(nbgrader):
    (nbgrader.task.release / "mark").touch()
    nbgrader.generate_assignment()
    assert (nbgrader.task.release / "mark").exists()


def test_what_is_inconsistent_costs_nothing(nbgrader, caplog):
    path = nbgrader.root / "solutions" / MODULE
    path.write_text(
        path.read_text().replace("### END SOLUTION svm", "### END svm").replace("BEGIN SOLUTION svm_loss_naive", "")
    )
    before = contents(nbgrader.task.release)
    with pytest.raises(NbGraderException):
        NbGrader(nbgrader.root).generate_assignment(force=True)
    assert contents(nbgrader.task.release) == before
    assert "Traceback" not in caplog.text


def test_an_assignment_that_there_is_not(nbgrader):
    (nbgrader.root / "solutions" / "other").mkdir()
    shutil.copy(nbgrader.root / "solutions" / "tiny" / "losses.ipynb", nbgrader.root / "solutions" / "other")

    def other(config):
        config.CourseDirectory.assignment_id = "other"

    with pytest.raises(NbGraderException, match="there is no assignment 'other'; course.toml has: tiny"):
        nbgrader.generate_assignment(change=other)

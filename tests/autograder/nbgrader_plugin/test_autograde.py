"""A class of everything that nbgrader is known to fall over or to give points for, graded by both routes."""

import gc
import json
import math
import os
import shutil
import sqlite3
import warnings
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder import grading
from autograder.checks.registry import CHECKS
from autograder.demo import strongest
from autograder.grading import Options, grade_many
from autograder.nbgrader_plugin.gradebook import write
from autograder.nbgrader_plugin.timestamps import timestamps
from autograder.notebook_outputs import HANDED_IN
from autograder.sandbox.limits import Limits
from autograder.submissions import find_submissions

from .conftest import MODULE, NbGrader
from .handed_in import CLASS, answered, edit, result, stream

LIMITS = Limits(call_seconds=2.0)


def grade_straight(nbgrader, scratch):
    """The other route: `autograder grade --gradebook`."""
    submissions = find_submissions([nbgrader.root / "submitted"], nbgrader.name, scratch)
    options = Options(limits=LIMITS, isolation=strongest())
    with ThreadPoolExecutor(1) as pool:
        reports = list(grade_many(submissions, nbgrader.task.course, nbgrader.name, options, pool))
    write(reports, nbgrader.task, nbgrader.db_url, timestamps(submissions)[0])
    return reports


@pytest.fixture(scope="session")
def graded(generated, tmp_path_factory):
    """The class, graded by nbgrader and, in a copy of the course, straight into the gradebook: never change it."""
    if not strongest().isolated:
        pytest.skip("these submissions are hostile, and code cannot be isolated here")
    root = tmp_path_factory.mktemp("class") / "course"
    shutil.copytree(generated.root, root)
    nbgrader = NbGrader(root)
    # Solved modules in the source folder, which nbgrader copies over the students' and into their feedback.
    source = root / "solutions" / "tiny"
    shutil.copytree(root / "solutions" / "cs231n", source / "cs231n")
    for student, (change, right, *_) in CLASS.items():
        change(nbgrader.hand_in(student, solved=right))
    other = tmp_path_factory.mktemp("straight") / "course"
    os.mkdir(other)
    shutil.copy(root / "gradebook.db", other)
    shutil.copytree(root / "solutions", other / "solutions")
    shutil.copytree(root / "assignments", other / "assignments")
    nbgrader.autograde()
    straight = NbGrader(other)
    os.symlink(root / "submitted", other / "submitted")
    reports = {report.submission: report for report in grade_straight(straight, other / "scratch")}
    return SimpleNamespace(nbgrader=nbgrader, straight=straight, reports=reports)


@pytest.mark.parametrize("student", CLASS)
def test_scores(graded, student):
    _, _, checks, question = CLASS[student]
    expected = dict(zip(("svm_loss_naive", "svm_loss_vectorized", "why"), (*checks, question), strict=True))
    assert graded.nbgrader.scores(student) == expected
    assert graded.straight.scores(student) == expected


def test_both_routes_give_the_same_gradebook(graded):
    dump = graded.nbgrader.dump()
    assert dump.keys() == CLASS.keys()
    assert dump == graded.straight.dump()


@pytest.mark.parametrize("student", CLASS)
def test_each_graded_cell_is_there_once_and_shows_one_number(graded, student):
    notebook = graded.nbgrader.autograded(student)
    cells = {}
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade"):
            assert about["grade_id"] not in cells
            cells[about["grade_id"]] = cell
    assert {id: cell["metadata"]["nbgrader"]["points"] for id, cell in cells.items()} == {
        "svm_loss_naive": 50,
        "svm_loss_vectorized": 40,
        "why": 10,
    }
    for id in ("svm_loss_naive", "svm_loss_vectorized"):
        (output,) = cells[id]["outputs"]
        number = float("".join(output["data"]["text/plain"]))
        assert output["output_type"] == "execute_result"
        assert math.isfinite(number)
        assert number == next(item.points for item in graded.reports[student].items if item.id == id)
        assert "".join(cells[id]["source"]) == f'check("{id}")'


def test_nothing_of_the_source_folder_or_behind_a_link_is_copied(graded):
    autograded = graded.nbgrader.root / "autograded"
    assert "raise NotImplementedError" in (autograded / "untouched" / "tiny" / MODULE).read_text()
    assert (autograded / "right" / "tiny" / MODULE).is_file()
    names = {path.name for path in autograded.rglob("*")}
    assert not names & {"solution.txt", "all", "seeds.txt", "pipe.txt"}
    linked = json.dumps(graded.nbgrader.autograded("linked-notebook"))
    assert "being right by a hair" not in linked


def test_no_hidden_seed_is_in_what_students_may_see(graded):
    seed = str(graded.nbgrader.task.course.hidden_seeds[0])
    for path in (graded.nbgrader.root / "autograded").rglob("*"):
        assert not path.is_file() or seed.encode() not in path.read_bytes()


def test_what_was_mended_is_said_on_top(graded):
    top = graded.nbgrader.autograded("copied-cells")["cells"][0]
    assert "there was more than one cell of svm_loss_naive, svm_loss_vectorized, why" in "".join(top["source"])
    assert "About the grading" not in "".join(graded.nbgrader.autograded("right")["cells"][0]["source"])


def test_what_was_odd_about_files_is_for_the_log_alone(nbgrader, caplog):
    """The notes of a report may tell about our checks, and students see the notebook."""
    folder = nbgrader.hand_in("ann")
    (folder / MODULE).rename(folder / "Linear_SVM.py")
    nbgrader.autograde()
    assert "ann: took classifiers/linear_svm.py from Linear_SVM.py" in caplog.text
    assert "Linear_SVM" not in json.dumps(nbgrader.autograded("ann"))
    assert nbgrader.scores("ann")["svm_loss_naive"] == 50


def test_a_folder_that_may_not_be_read_is_not_graded(nbgrader, monkeypatch, tmp_path):
    def denied(*args, **named):
        raise PermissionError(13, "Permission denied")

    nbgrader.hand_in("ann")
    monkeypatch.setattr(grading, "lay_out", denied)
    monkeypatch.setattr("autograder.nbgrader_plugin.grading_run.lay_out", denied)
    nbgrader.autograde()
    dump = nbgrader.dump()
    assert nbgrader.scores("ann") == {"svm_loss_naive": None, "svm_loss_vectorized": None, "why": None}
    grade_straight(nbgrader, tmp_path)
    assert nbgrader.dump() == dump


def test_answers_are_kept_where_they_were_found(graded):
    for student in ("right", "wrapped-in-a-folder"):
        assert "being right by a hair" in json.dumps(graded.nbgrader.autograded(student))


def test_twice_is_once_and_what_a_person_entered_stays(nbgrader, tmp_path):
    for student in ("ann", "bob"):
        answered(nbgrader.hand_in(student))
    nbgrader.autograde()
    with nbgrader.gradebook() as gradebook:
        grade = gradebook.find_grade("why", "losses", "tiny", "ann")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 7.5, 2.0, False
        gradebook.find_grade("svm_loss_naive", "losses", "tiny", "bob").manual_score = 12.0
        gradebook.find_comment("why", "losses", "tiny", "ann").manual_comment = "Why a hair?"
        gradebook.db.commit()
    nbgrader.autograde(force=True)
    first = nbgrader.dump()
    # As nbgrader has it, what a person scored is to be looked at again: it may be another answer now.
    assert first["ann"]["grades"]["why"] == (None, 7.5, 2.0, True)
    assert first["ann"]["comments"]["why"] == (None, "Why a hair?")
    assert first["bob"]["grades"]["svm_loss_naive"] == (50.0, 12.0, None, True)
    nbgrader.autograde(force=True)
    assert nbgrader.dump() == first
    for _ in range(2):
        grade_straight(nbgrader, tmp_path)
        assert nbgrader.dump() == first


def test_a_new_submission_replaces_the_scores_of_the_old_one(nbgrader):
    folder = nbgrader.hand_in("ann")
    (folder / "timestamp.txt").write_text("2026-03-01 10:00:00 UTC")
    nbgrader.autograde()
    shutil.rmtree(folder)
    nbgrader.hand_in("ann", solved=False)
    (folder / "timestamp.txt").write_text("2026-03-02 10:00:00 UTC")
    nbgrader.autograde()
    assert nbgrader.scores("ann") == {"svm_loss_naive": 0, "svm_loss_vectorized": 0, "why": 0}


@pytest.fixture
def broken_check(monkeypatch):
    """A defect of ours in one check, and nowhere else."""

    def run(*args):
        raise ZeroDivisionError("ours")

    monkeypatch.setitem(
        CHECKS, "svm_loss_naive", CHECKS["svm_loss_naive"].__class__(**{**vars(CHECKS["svm_loss_naive"]), "run": run})
    )


def test_what_could_not_be_graded_waits_for_a_person(nbgrader, broken_check, tmp_path):
    nbgrader.hand_in("ann")
    nbgrader.autograde()
    dump = nbgrader.dump()
    assert dump["ann"]["grades"]["svm_loss_naive"] == (None, None, None, True)
    assert dump["ann"]["grades"]["svm_loss_vectorized"] == (40.0, None, None, False)
    (cell,) = [c for c in nbgrader.autograded("ann")["cells"] if "svm_loss_naive" in json.dumps(c["metadata"])]
    assert "Not graded: ZeroDivisionError in the check" in json.dumps(cell["outputs"])
    grade_straight(nbgrader, tmp_path)
    assert nbgrader.dump() == dump


def test_the_death_of_the_grader_costs_no_points(nbgrader, monkeypatch):
    nbgrader.hand_in("ann")
    nbgrader.autograde()

    def out_of_memory(*args):
        raise MemoryError

    monkeypatch.setattr("autograder.grading.grade_one", out_of_memory)
    nbgrader.autograde(force=True)
    assert nbgrader.scores("ann") == {"svm_loss_naive": None, "svm_loss_vectorized": None, "why": None}
    monkeypatch.undo()
    nbgrader.autograde(force=True)
    assert nbgrader.scores("ann") == {"svm_loss_naive": 50, "svm_loss_vectorized": 40, "why": 0}


def test_a_submission_is_graded_once_for_all_its_notebooks(nbgrader, monkeypatch):
    calls = []
    grade_one = grading.grade_one
    monkeypatch.setattr(grading, "grade_one", lambda one, *rest: calls.append(one.name) or grade_one(one, *rest))
    notebook = nbgrader.root / "solutions" / "tiny" / "losses.ipynb"
    second = json.loads(notebook.read_text())
    second["cells"] = second["cells"][:2]
    (notebook.parent / "more.ipynb").write_text(json.dumps(second))
    course = nbgrader.root / "solutions" / "course.toml"
    course.write_text(course.read_text().replace('["losses"]', '["losses", "more"]'))
    nbgrader = NbGrader(nbgrader.root)
    nbgrader.generate_assignment(force=True)
    for student in ("ann", "bob"):
        nbgrader.hand_in(student)
    nbgrader.autograde()
    assert calls == ["ann", "bob"]
    assert nbgrader.autograded("bob", "more.ipynb")["cells"]


def test_plots_stay_and_say_whose_they_are(nbgrader):
    picture = "iVBORw0KGgo="
    shown = [
        {
            "output_type": "display_data",
            "data": {"image/png": picture, "text/html": "<script>x</script>"},
            "metadata": {},
        },
        stream("stderr", "a warning"),
        result("<Figure>"),
    ]

    def change(notebook):
        notebook["cells"][1]["outputs"] = shown

    edit(nbgrader.hand_in("ann"), change)
    nbgrader.autograde()
    outputs = nbgrader.autograded("ann")["cells"][1]["outputs"]
    assert HANDED_IN in outputs[0]["data"]["text/html"][0]
    assert "".join(outputs[1]["data"]["image/png"]).strip() == picture
    assert "script" not in json.dumps(outputs[1:])
    assert [output.get("name") for output in outputs[2:]] == ["stdout", None]


def test_without_isolation_the_notebook_says_so(nbgrader):
    nbgrader.hand_in("ann")

    def none(config):
        config.GradingExporter.isolation = "none"

    nbgrader.autograde(change=none)
    assert "NOT isolated" in json.dumps(nbgrader.autograded("ann")["cells"][0])


def test_required_isolation_grades_nothing(nbgrader, caplog):
    nbgrader.hand_in("ann")

    def required(config):
        config.GradingExporter.isolation, config.GradingExporter.require_isolation = "none", True

    with pytest.raises(NbGraderException, match="isolation is required"):
        nbgrader.autograde(change=required)
    assert not (nbgrader.root / "autograded").exists()
    assert "Traceback" not in caplog.text


def test_killed_in_the_midst_and_run_again(nbgrader, monkeypatch):
    """nbgrader passes over a student of whom it has written anything."""
    for student in ("ann", "bob"):
        nbgrader.hand_in(student)

    class Killed(BaseException):
        """As nothing in nbgrader catches it."""

    def die(*args, **named):
        raise Killed

    monkeypatch.setattr("autograder.nbgrader_plugin.preprocessor.save_notebook", die)
    with pytest.raises(Killed):
        nbgrader.autograde()
    assert (nbgrader.root / "autograded" / "ann" / "tiny" / "losses.ipynb").exists()
    monkeypatch.undo()
    gc.collect()  # the dead process's lock
    nbgrader.autograde()
    for student in ("ann", "bob"):
        assert nbgrader.scores(student)["svm_loss_naive"] == 50
    assert not list((nbgrader.root / ".autograder").rglob("*.autograding"))


def test_an_instructors_own_hooks_are_called(nbgrader):
    nbgrader.hand_in("ann")
    called = []

    def hooks(config):
        config.Autograde.pre_convert_hook = lambda **named: called.append("before")
        config.Autograde.post_convert_hook = lambda **named: called.append("after")

    nbgrader.autograde(change=hooks)
    assert called == ["before", "after"]


def test_what_is_graded_is_left_alone(nbgrader):
    nbgrader.hand_in("ann")
    nbgrader.autograde()
    path = nbgrader.root / "autograded" / "ann" / "tiny" / "losses.ipynb"
    path.chmod(0o644)
    path.write_text(path.read_text() + "\n")
    before = path.read_text()
    nbgrader.autograde()
    assert path.read_text() == before


def test_formgraders_button(nbgrader):
    """It asks for one student, in a process that goes on, and again when the student hands in again."""
    nbgrader.hand_in("ann", solved=False)
    with warnings.catch_warnings():
        config = nbgrader.config()
        del config.CourseDirectory.student_id, config.CourseDirectory.assignment_id
        api = NbGraderAPI(coursedir=CourseDirectory(config=config), config=config)
        assert api.autograde("tiny", "ann")["success"]
        assert nbgrader.scores("ann")["svm_loss_naive"] == 0
        shutil.copy(nbgrader.task.course.solutions / MODULE, nbgrader.submitted("ann") / MODULE)
        assert api.autograde("tiny", "ann")["success"]
    assert nbgrader.scores("ann")["svm_loss_naive"] == 50


def test_a_course_without_the_assignment_in_its_gradebook(nbgrader, caplog):
    nbgrader.hand_in("ann")
    (nbgrader.root / "gradebook.db").unlink()
    with pytest.raises(NbGraderException, match="generate_assignment"):
        nbgrader.autograde()
    assert "Traceback" not in caplog.text


def test_points_that_have_changed_since(nbgrader):
    nbgrader.hand_in("ann")
    path = nbgrader.root / "solutions" / "tiny" / "losses.ipynb"
    path.write_text(path.read_text().replace('"points": 50', '"points": 45').replace('"points": 10', '"points": 15'))
    with pytest.raises(NbGraderException, match="50 points for svm_loss_naive .* solutions/ has 45 points"):
        nbgrader.autograde()
    NbGrader(nbgrader.root).generate_assignment(force=True)
    nbgrader.autograde()
    assert nbgrader.scores("ann")["svm_loss_naive"] == 45


def test_a_locked_gradebook_ends_the_run_and_the_next_one_goes_on(nbgrader, caplog):
    nbgrader.hand_in("ann")

    def impatient(config):
        config.GradingExporter.lock_seconds = 0.2

    other = sqlite3.connect(nbgrader.root / "gradebook.db")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(NbGraderException, match="locked by another program"):
        nbgrader.autograde(change=impatient)
    other.rollback()
    other.close()
    assert "Traceback" not in caplog.text
    nbgrader.autograde()
    assert nbgrader.scores("ann")["svm_loss_naive"] == 50

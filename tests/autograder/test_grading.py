"""One submission in, one report out, whatever is in it."""

import json
import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from autograder.checks.registry import CHECKS
from autograder.demo import strongest
from autograder.errors import CourseError
from autograder.grading import Options, Report, grade_many, grade_one
from autograder.sandbox.limits import Limits
from autograder.sandbox.modes import Isolation
from autograder.submissions import Submission

MODULE = "classifiers/linear_svm.py"


def options(*items):
    return Options(items, Limits(call_seconds=3.0), strongest())


@pytest.fixture
def submission(built_course, tmp_path):
    """A right submission, to be spoilt."""
    folder = tmp_path / "alice"
    shutil.copytree(built_course.release, folder)
    shutil.copy(built_course.course.solutions / "cs231n" / MODULE, folder / "cs231n" / MODULE)
    return Submission("alice", folder)


def grade(built_course, submission, *items):
    return grade_one(submission, built_course.course.root, built_course.name, options(*items))


def verdicts(report):
    return {item.id: item.verdict for item in report.items}


def test_right(built_course, submission):
    report = grade(built_course, submission)
    assert verdicts(report) == {"svm_loss_naive": "correct", "svm_loss_vectorized": "correct", "why": "manual"}
    assert (report.score, report.max_score) == (90, 100)
    assert report.items[-1].message == "The answer is still empty."


def test_untouched(built_course):
    report = grade(built_course, Submission("bob", built_course.release))
    assert verdicts(report) == {"svm_loss_naive": "missing", "svm_loss_vectorized": "missing", "why": "manual"}
    assert report.score == 0


def test_same_submission_same_bytes(built_course, submission):
    first, second = (grade(built_course, submission).as_json() for _ in range(2))
    for report in (first, second):
        for item in report["items"]:
            item["seconds"] = 0
    assert json.dumps(first) == json.dumps(second)


def test_report_survives_json_and_pickle(built_course, submission):
    report = grade(built_course, submission)
    assert Report.from_json(json.loads(json.dumps(report.as_json()))) == report
    assert pickle.loads(pickle.dumps(report)) == report


def test_reports_of_earlier_versions_can_be_read(built_course, submission):
    data = grade(built_course, submission).as_json()
    del data["private_notes"]
    assert Report.from_json(data).private_notes == ()


@pytest.mark.parametrize("broken", [None, "import no_such_module", "def ("])
def test_a_solution_that_is_broken_costs_nobody_points(built_course, submission, tmp_path, broken):
    root = tmp_path / "broken"
    shutil.copytree(built_course.course.root, root)
    path = root / "solutions" / "cs231n" / MODULE
    path.unlink() if broken is None else path.write_text(broken)
    with pytest.raises(CourseError, match="solution's module classifiers.linear_svm cannot be imported"):
        grade_one(submission, root, built_course.name, options())


def test_only_the_items_asked_for(built_course, submission):
    report = grade(built_course, submission, "svm_loss_vectorized")
    assert verdicts(report) == {"svm_loss_vectorized": "correct"}


def test_right_on_visible_cases_only(built_course, submission):
    """Answers that were copied from the visible case do not survive the hidden ones."""
    path = submission.path / "cs231n" / MODULE
    path.write_text(
        path.read_text()
        + "\n_right = svm_loss_naive\n_calls = []\n"
        + "def svm_loss_naive(W, X, y, reg):\n"
        + "    _calls.append(W.shape)\n    loss, dW = _right(W, X, y, reg)\n"
        + "    return (loss, dW) if len(_calls) < 5 else (loss + 1, dW)\n"
    )
    report = grade(built_course, submission, "svm_loss_naive")
    item = report.items[0]
    assert item.verdict in ("partial", "wrong")
    assert "on the cases that you can see" in item.message
    assert "expected" not in item.message


@pytest.mark.parametrize(
    ("text", "verdict", "words"),
    [
        ("def svm_loss_naive(:\n", "error", "SyntaxError was raised at linear_svm.py, line 1"),
        ("import tensorflow\n", "error", "tensorflow"),
        ("raise SystemExit\n", "error", "SystemExit"),
        ("while True:\n    pass\n", "timeout", "longer than 3 s"),
        ("import os\nos._exit(0)\n", "error", "exit status 0"),
        ("svm_loss_naive = svm_loss_vectorized = 3\n", "error", "no function"),
        ("", "missing", "linear_svm.py has no svm_loss_naive."),
    ],
)
def test_broken_modules(built_course, submission, text, verdict, words):
    (submission.path / "cs231n" / MODULE).write_text(text)
    report = grade(built_course, submission)
    assert report.items[0].verdict == verdict
    assert words in report.items[0].message
    assert report.items[-1].verdict == "manual"
    assert report.graded


def test_a_bom_and_windows_line_ends_cost_nothing(built_course, submission):
    path = submission.path / "cs231n" / MODULE
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert grade(built_course, submission).score == 90


def test_the_line_that_raises_may_stay_below_the_work_but_not_above_it(built_course, submission):
    path = submission.path / "cs231n" / MODULE
    text = path.read_text()
    wrapped = "\ndef svm_loss_naive(W, X, y, reg):\n    return svm_loss_vectorized(W, X, y, reg)\n"
    left = '    raise NotImplementedError("svm_loss_naive")\n'
    path.write_text(text + wrapped + left)
    assert grade(built_course, submission).items[0].verdict == "correct"
    path.write_text(text + wrapped.replace(":\n", f":\n{left}"))
    item = grade(built_course, submission).items[0]
    assert item.verdict == "missing"
    assert "Delete the line" in item.hint


def test_modules_beside_the_package_can_be_imported(built_course, submission):
    path = submission.path / "cs231n" / MODULE
    path.rename(submission.path / "my_losses.py")
    (submission.path / "my_losses.py").write_text(
        (submission.path / "my_losses.py").read_text().replace("from ..", "from cs231n.")
    )
    path.write_text("from my_losses import *\n")
    assert grade(built_course, submission).score == 90


def test_a_missing_module_costs_its_own_items(built_course, submission):
    (submission.path / "cs231n" / MODULE).unlink()
    assert verdicts(grade(built_course, submission))["svm_loss_naive"] == "missing"


@pytest.mark.parametrize("text", [None, "{", "[]"])
def test_a_bad_notebook_costs_its_questions(built_course, submission, text):
    path = submission.path / "losses.ipynb"
    path.unlink()
    if text is not None:
        path.write_text(text)
    report = grade(built_course, submission)
    assert verdicts(report) == {"svm_loss_naive": "correct", "svm_loss_vectorized": "correct", "why": "missing"}
    assert "losses.ipynb" in report.notes[0]


def test_answers_are_told_from_empty_ones(built_course, submission):
    path = submission.path / "losses.ipynb"
    path.write_text(path.read_text().replace("YOUR ANSWER HERE", "Because."))
    assert grade(built_course, submission).items[-1].message == "A person grades this answer."


def test_an_unreadable_zip_is_a_report_too(built_course, tmp_path):
    path = tmp_path / "eve.zip"
    path.write_bytes(b"PK\x03\x04 nonsense")
    report = grade(built_course, Submission("eve", path))
    assert set(verdicts(report).values()) == {"missing"}
    assert "eve.zip cannot be unpacked" in report.notes[0]


def test_edited_points_and_checks_gain_nothing(built_course, submission):
    items = submission.path / "checks" / "items.json"
    items.write_text(items.read_text().replace("50.0", "5000.0"))
    (submission.path / "checks" / "__init__.py").write_text("def check(id): return 100\n")
    notebook = submission.path / "losses.ipynb"
    notebook.write_text(notebook.read_text().replace('"points": 50', '"points": 5000'))
    assert grade(built_course, submission).score == 90


def test_an_earlier_report_holds_while_the_submission_is_the_same(built_course, submission):
    report = grade(built_course, submission, "svm_loss_naive")
    earlier = replace(report, notes=("from before",))
    again = (submission, built_course.course.root, built_course.name, options("svm_loss_naive"), earlier)
    assert grade_one(*again) is earlier
    path = submission.path / "cs231n" / MODULE
    path.write_text(path.read_text() + "\n")
    assert grade_one(*again).notes == ()


def test_reports_say_how_the_code_was_kept_apart(built_course, submission, tmp_path):
    """Also that it was not."""
    (tmp_path / "eve.zip").write_bytes(b"PK\x03\x04 nonsense")
    plain = replace(options(), isolation=Isolation("none"))
    for one in (submission, Submission("eve", tmp_path / "eve.zip")):
        report = grade_one(one, built_course.course.root, built_course.name, plain)
        assert report.isolation.startswith("NOT isolated")
    assert grade(built_course, submission).isolation == strongest().describe()


def test_questions_are_read_before_the_code_runs(built_course, submission):
    """Code that patches what reads notebooks, or uses up the submission's time, comes too late."""
    notebook = submission.path / "losses.ipynb"
    notebook.write_text(notebook.read_text().replace("YOUR ANSWER HERE", "Because."))
    (submission.path / "cs231n" / MODULE).write_text("import json\njson.loads = None\n")
    report = grade(built_course, submission)
    assert report.items[-1].message == "A person grades this answer."
    (submission.path / "cs231n" / MODULE).write_text("while True:\n    pass\n")
    short = Options(limits=Limits(call_seconds=0.5, budget_seconds=0.5), isolation=strongest())
    report = grade_one(submission, built_course.course.root, built_course.name, short)
    assert [item.verdict for item in report.items] == ["timeout", "timeout", "manual"]


@pytest.mark.parametrize("survey", [{}, {"answers": None}, {"answers": {"why": 3}}, {"answers": [1]}])
def test_a_worker_that_lies_about_a_notebook_gains_nothing(built_course, submission, survey, monkeypatch):
    monkeypatch.setattr("autograder.grading.WorkerSession.notebook", lambda self, name: survey)
    assert grade(built_course, submission).items[-1].message == "The answer is still empty."


def test_a_check_that_a_value_breaks_gives_a_verdict_and_a_note(built_course, submission, monkeypatch):
    def run(student, reference, expect, rng):
        student.classifiers.linear_svm.svm_loss_naive(*3 * [np.ones((2, 2))], 0.0)
        raise ZeroDivisionError("of what came")

    monkeypatch.setitem(CHECKS, "svm_loss_naive", replace(CHECKS["svm_loss_naive"], run=run))
    (submission.path / "cs231n" / MODULE).write_text("def svm_loss_naive(*args):\n    return 1\n")
    report = grade(built_course, submission, "svm_loss_naive")
    assert (report.graded, report.items[0].verdict) == (True, "error")
    assert report.items[0].message == "What this code returned could not be judged."
    assert report.notes == ()  # which the student reads
    assert report.private_notes[0].startswith("svm_loss_naive: ZeroDivisionError in the check (engine.py, line ")


def test_a_notebook_that_there_is_no_room_for_costs_its_own_items(built_course, submission, monkeypatch):
    def full(self, name):
        raise MemoryError

    monkeypatch.setattr("autograder.grading.WorkerSession.notebook", full)
    report = grade(built_course, submission)
    assert [item.verdict for item in report.items] == ["correct", "correct", "missing"]
    assert "losses.ipynb: it is too large to be read" in report.notes


def test_a_fault_of_ours_is_not_graded_and_spares_the_others(built_course, submission, monkeypatch):
    def sometimes(one, *rest):
        if one.name == "bad":
            raise OSError("no space left on device")
        return grade_one(one, *rest)

    monkeypatch.setattr("autograder.grading.grade_one", sometimes)
    both = [submission, Submission("bad", submission.path)]
    with ThreadPoolExecutor(1) as pool:
        reports = {r.submission: r for r in grade_many(both, built_course.course, built_course.name, options(), pool)}
    assert reports["alice"].score == 90
    assert not reports["bad"].graded
    assert "no space left" in reports["bad"].items[0].message


def test_a_course_among_the_systems_libraries_is_refused(built_course, monkeypatch, tmp_path):
    """There a submission's code could read the solutions."""
    monkeypatch.setattr(
        "autograder.sandbox.runtime.readable", lambda: ("/usr/lib", str(built_course.course.root.parent))
    )
    with pytest.raises(CourseError, match="move it somewhere else"):
        grade_one(Submission("x", tmp_path), built_course.course.root, "tiny", Options(isolation=Isolation("strict")))

"""`run_autograder` in a container like Gradescope's: each submission gets what is its due, and there are results.

As root; with what takes longer: pytest -m "slow or not slow" tests/autograder/gradescope
"""

import shutil

import pytest

from autograder import corpus
from autograder.course import Course
from autograder.gradescope import pack
from autograder.gradescope.settings import Settings
from autograder.release import solved_release
from tests.autograder.conftest import REPOSITORY

from .documented import problems
from .hostile import ALL, QUICK


def score_of(became):
    """The total, where everything else is in order."""
    assert became["status"] == 0
    assert problems(became["results"]) == []
    assert became["in results"] == ["results.json"]
    assert became["changed"] == []
    assert became["left"] == []
    return became["results"].get("score")


def has_no_score(became):
    assert score_of(became) is None
    assert not any("score" in test for test in became["results"]["tests"])
    assert "for no fault of yours" in became["results"]["output"]
    return True


def test_what_is_right_gets_all_points(tiny_zip, work, handed_in):
    became = handed_in(tiny_zip, work)
    assert score_of(became) == 90
    results = became["results"]
    assert [(test["name"], test.get("max_score")) for test in results["tests"]] == [
        ("svm_loss_naive", 50),
        ("svm_loss_vectorized", 40),
        ("why", None),
    ]
    extra = results["extra_data"]
    assert extra["isolation"].startswith("isolated (landlock)")
    assert (extra["submission"], extra["seconds_late"]) == ("123456", 1320)
    assert "submission 123456 of Student ?User <student@example.com>, 0.4 h late" in became["stdout"]


@pytest.mark.slow
def test_untouched(tiny_zip, built_course, handed_in):
    assert score_of(handed_in(tiny_zip, built_course.release)) == 0


@pytest.mark.slow
def test_a_submission_of_nothing(tiny_zip, tmp_path, handed_in):
    (tmp_path / "nothing").mkdir()
    became = handed_in(tiny_zip, tmp_path / "nothing", metadata="[")
    assert score_of(became) == 0
    assert {test.get("max_score") for test in became["results"]["tests"]} == {50, 40, None}
    assert "submission ? of an unknown student" in became["stdout"]


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in QUICK else pytest.mark.slow) for n in ALL])
def test_hostile_submissions_get_what_they_have_earned(name, tiny_zip, work, handed_in):
    hostile = ALL[name]
    hostile.spoil(work)
    became = handed_in(tiny_zip, work, wait=hostile.wait)
    assert score_of(became) == hostile.points
    assert "1000" not in became["stdout"]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ALL if ALL[name].won])
def test_they_get_more_where_nothing_isolates_them(name, built_course, work, handed_in, tmp_path):
    pack(built_course, Settings("tiny", unisolated="grade", call_seconds=1.0), tmp_path / "open.zip")
    hostile = ALL[name]
    hostile.spoil(work)
    assert hostile.won(handed_in(tmp_path / "open.zip", work, wait=hostile.wait, landlock=False))


def test_nothing_is_graded_where_nothing_isolates(tiny_zip, work, handed_in):
    became = handed_in(tiny_zip, work, landlock=False)
    assert has_no_score(became)
    assert "cannot be isolated" in became["results"]["tests"][0]["output"]
    assert "the kernel has no Landlock" in became["stdout"]


@pytest.mark.slow
def test_it_is_graded_all_the_same_where_that_was_chosen(built_course, work, handed_in, tmp_path):
    pack(built_course, Settings("tiny", unisolated="grade"), tmp_path / "open.zip")
    became = handed_in(tmp_path / "open.zip", work, landlock=False)
    assert score_of(became) == 90
    assert became["results"]["extra_data"]["isolation"].startswith("NOT isolated")
    assert "NOT isolated" in became["stdout"]


@pytest.mark.parametrize(
    "without", ["venv/bin/python", pytest.param("source/solutions/course.toml", marks=pytest.mark.slow)]
)
def test_a_broken_image_costs_nobody_points(without, tiny_zip, work, handed_in):
    became = handed_in(tiny_zip, work, without=[without])
    assert has_no_score(became)
    assert "the autograder failed" in became["stdout"]


@pytest.mark.slow
def test_a_crash_while_grading_costs_nobody_points(tiny_zip, work, handed_in):
    became = handed_in(tiny_zip, work, without=["source/solutions/cs231n/__init__.py"])
    assert has_no_score(became)
    assert "CourseError in the autograder" in became["results"]["tests"][0]["output"]
    assert "expected the solved package" in became["stdout"]  # for instructors


@pytest.mark.slow
def test_the_real_assignment(handed_in, tmp_path):
    task = Course(REPOSITORY).assignment("assignment1")
    solved = solved_release(task, tmp_path / "solved")
    for item in task.items:
        if item.kind == "model":
            right = next(v for v in corpus.variants(task) if v.item == item.id and v.verdict == "correct")
            corpus.save_with(right, solved / "saved")
    shutil.rmtree(solved / "checks")
    pack(task, Settings(task.name, leaderboard=True), tmp_path / "real.zip")
    became = handed_in(tmp_path / "real.zip", solved)
    assert score_of(became) == 85
    assert "A person grades 15 more." in became["results"]["output"]
    assert len(became["results"]["leaderboard"]) == 6

"""The zip: what is in it, that it is the same bytes each time, and its scripts."""

import json
import re
import shutil
import subprocess
import tomllib
import zipfile

import pytest

from autograder.cli import main
from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradescope import pack
from autograder.gradescope.bundle import NO_RESULTS, SCRIPTS
from autograder.gradescope.settings import Settings
from tests.autograder.conftest import REPOSITORY

from .documented import problems

REAL = Course(REPOSITORY).assignment("assignment1")


@pytest.fixture(scope="module")
def real_zip(tmp_path_factory):
    path = tmp_path_factory.mktemp("real") / "assignment1.zip"
    pack(REAL, Settings("assignment1"), path)
    return path


def test_nothing_is_in_it_that_grading_does_not_need(real_zip):
    with zipfile.ZipFile(real_zip) as archive:
        names = set(archive.namelist())
        assert archive.testzip() is None
    tops = {name.partition("/")[0] for name in names}
    assert tops == {
        *SCRIPTS, NO_RESULTS, "gradescope.json", "pyproject.toml", "README.md", "LICENSE",
        "autograder", "datasets", "solutions", "assignments",
    }  # fmt: skip
    assert {"/".join(name.split("/")[:2]) for name in names if name.startswith("solutions/")} == {
        "solutions/course.toml", "solutions/cs231n", "solutions/assignment1",
    }  # fmt: skip
    assert not [name for name in names if re.search(r"__pycache__|/\.|\.pyc|\.npz|tests/", name)]
    assert {f"solutions/assignment1/{name}.ipynb" for name in REAL.notebooks} <= names


def test_only_the_scripts_are_executable(real_zip):
    with zipfile.ZipFile(real_zip) as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        assert all(b"\r" not in archive.read(name) for name in SCRIPTS)
    assert {name for name, mode in modes.items() if mode & 0o111} == set(SCRIPTS)
    assert set(modes.values()) == {0o755, 0o644}


def test_same_course_same_bytes(real_zip, tmp_path):
    pack(REAL, Settings("assignment1"), tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == real_zip.read_bytes()


def test_the_results_of_what_was_stopped_have_no_score(real_zip):
    with zipfile.ZipFile(real_zip) as archive:
        results = json.loads(archive.read(NO_RESULTS))
    assert problems(results) == []
    assert "score" not in results
    assert not any("score" in test for test in results["tests"])
    assert "for no fault of yours" in results["output"]


def test_of_what_is_left_out_nothing_is_missed(tiny_zip, built_course):
    """Other assignments' notebooks and releases stay at home."""
    with zipfile.ZipFile(tiny_zip) as archive:
        names = archive.namelist()
    assert not [name for name in names if "assignment1" in name]
    assert "assignments/tiny/cs231n/classifiers/linear_svm.py" in names
    assert "solutions/tiny/losses.ipynb" in names


def test_an_assignment_that_was_not_built_is_refused(tiny, tmp_path):
    with pytest.raises(CourseError, match="autograder build tiny"):
        pack(tiny, Settings("tiny"), tmp_path / "x.zip")
    assert list(tmp_path.glob("*.zip*")) == []


def test_the_settings_are_what_was_chosen(built_course, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(built_course.course.root)
    path = tmp_path / "out" / "x.zip"
    chosen = ["--leaderboard", "--visibility", "after_published", "--unisolated", "grade", "--call-seconds", "5"]
    assert main(["gradescope", "tiny", "-o", str(path), *chosen]) == 0
    said = capsys.readouterr()
    assert "90 autograder points, 10 manual ones" in said.out
    assert "WARNING" in said.err
    with zipfile.ZipFile(path) as archive:
        archive.extract("gradescope.json", tmp_path)
        stopped = json.loads(archive.read(NO_RESULTS))
    assert Settings.read(tmp_path) == Settings("tiny", "grade", "after_published", True, 5.0)
    assert {test["visibility"] for test in stopped["tests"]} == {"after_published"}


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "1000"])
def test_a_limit_that_would_outlast_gradescope_is_refused(seconds, built_course, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(built_course.course.root)
    assert main(["gradescope", "tiny", "-o", str(tmp_path / "x.zip"), "--call-seconds", seconds]) == 2
    assert "--call-seconds" in capsys.readouterr().err
    assert not (tmp_path / "x.zip").exists()


def test_the_python_that_setup_wants_is_the_projects():
    wanted = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["requires-python"]
    major, minor = wanted.removeprefix(">=").split(".")
    script = (REPOSITORY / "autograder" / "gradescope" / "setup.sh").read_text()
    assert f"({major}, {minor})" in script
    assert f"python{major}.{minor}\n" in script


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("name", SCRIPTS)
def test_shellcheck(name):
    done = subprocess.run(
        ["shellcheck", REPOSITORY / "autograder" / "gradescope" / name], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout

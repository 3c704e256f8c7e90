"""Zips as they are packed for Gradescope, and submissions to them."""

import json
import shutil
import sys

import pytest

from autograder.gradescope import pack
from autograder.gradescope.settings import Settings

METADATA = json.dumps(
    {
        "id": 123456,
        "created_at": "2018-07-01T14:22:32.365935-07:00",
        "assignment": {
            "due_date": "2018-07-01T14:00:32.365935-07:00",
            "group_size": None,
            "group_submission": False,
            "id": 25828,
            "course_id": 1234,
            "late_due_date": None,
            "release_date": "2018-06-02T00:00:00.000000-07:00",
            "title": "Programming Assignment 1",
            "total_points": "100.0",
        },
        "submission_method": "upload",
        "users": [{"email": "student@example.com", "id": 1234, "name": "Student \u202eUser"}],
        "previous_submissions": [],
    }
)


@pytest.fixture(scope="session")
def tiny_zip(built_course, tmp_path_factory):
    """The zip for the small assignment; one call of a student's code may take a second."""
    path = tmp_path_factory.mktemp("zip") / "tiny.zip"
    pack(built_course, Settings("tiny", call_seconds=1.0), path)
    return path


@pytest.fixture
def work(built_course, tmp_path):
    """A folder like a student's who has solved everything."""
    folder = tmp_path / "work"
    shutil.copytree(built_course.release, folder)
    for name in ("checks", "datasets"):
        shutil.rmtree(folder / name)
    shutil.copytree(
        built_course.course.solutions / "cs231n", folder / "cs231n", dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__"),
    )  # fmt: skip
    return folder


@pytest.fixture
def handed_in(tmp_path):
    """A function that hands a folder in and returns what became of it; the test is skipped where that cannot be."""

    if sys.platform != "linux":
        pytest.skip("only Linux has namespaces")
    from tests.attacks.arena import ArenaError

    from . import container

    def run(path, submission, **order):
        folder = tmp_path / "container"
        folder.mkdir()
        try:
            became = container.run(folder, zip=path, submission=submission, **{"metadata": METADATA, **order})
        except ArenaError as error:
            pytest.skip(f"no container: {error}")
        became["results"] = json.loads(became["results"])
        return became

    return run

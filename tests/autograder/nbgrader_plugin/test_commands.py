"""The commands themselves, as an instructor types them, in an environment that is not activated."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.release import solved_release

from .conftest import ITEMS, MODULE, REPOSITORY, NbGrader
from .handed_in import LOOPS, answered, code

pytestmark = pytest.mark.slow


@pytest.fixture
def course(built_course, tmp_path):
    """A course with the repository's nbgrader_config.py in it, and an exchange."""
    root = tmp_path / "course"
    shutil.copytree(built_course.course.root, root)
    (tmp_path / "exchange").mkdir(mode=0o777)
    settings = (REPOSITORY / "nbgrader_config.py").read_text()
    mine = f'\nc.CourseDirectory.course_id = "tiny"\nc.Exchange.root = {str(tmp_path / "exchange")!r}\n'
    (root / "nbgrader_config.py").write_text(settings + mine)
    return NbGrader(root)


def environment(course):
    return {"HOME": str(course.root), "PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1"}


def command(*arguments):
    return [str(Path(sys.executable).parent / "nbgrader"), *arguments]


def run(course, *arguments, folder=None):
    done = subprocess.run(
        command(*arguments), cwd=folder or course.root, env=environment(course), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "Warning: Object" not in done.stderr
    return done.stdout + done.stderr


def test_from_source_to_feedback(course):
    assert "building it anew" in run(course, "generate_assignment", "tiny")
    assert "tiny" in run(course, "db", "assignment", "list")
    run(course, "db", "student", "add", "ann", "--last-name", "Adams")
    assert "Adams" in run(course, "db", "student", "list")
    run(course, "release_assignment", "tiny")
    assert "tiny" in run(course, "list")
    solved = solved_release(course.task, course.root / "solved")
    assert "Success" not in run(course, "validate", "losses.ipynb", folder=course.task.release)
    text = run(course, "validate", "losses.ipynb", folder=solved)
    assert "Success" in text, text
    course.hand_in("ann")
    run(course, "autograde", "tiny")
    assert course.scores("ann") == {"svm_loss_naive": 50, "svm_loss_vectorized": 40, "why": 0}
    run(course, "generate_feedback", "tiny")
    assert '<div class="feedback">' in (course.root / "feedback" / "ann" / "tiny" / "losses.html").read_text()
    run(course, "export")
    assert "ann" in (course.root / "grades.csv").read_text()


def test_killed_and_run_again(course):
    run(course, "generate_assignment", "tiny")
    for number in range(4):
        answered(course.hand_in(f"s{number}"))
    code(LOOPS, below_the_right=True)(course.submitted("s1"))
    process = subprocess.Popen(
        command("autograde", "tiny"), cwd=course.root, env=environment(course), stderr=subprocess.DEVNULL
    )
    half = course.root / "autograded" / "s1" / "tiny" / "losses.ipynb"
    end = time.monotonic() + 60
    while not half.exists() and time.monotonic() < end:  # then its code runs for ten seconds
        time.sleep(0.05)
    time.sleep(0.5)
    process.kill()
    process.wait()
    assert half.exists()
    assert "interrupted over s1" in run(course, "autograde", "tiny")
    for number in range(4):
        naive = 0 if number == 1 else 50
        assert course.scores(f"s{number}") == dict(zip(ITEMS, (naive, 40, None), strict=True))
        shown = json.dumps(course.autograded(f"s{number}"))
        assert f"svm_loss_naive: {'timeout' if number == 1 else 'correct'}" in shown
    assert not [name for name in os.listdir(course.root / ".autograder" / "tiny") if "autograding" in name]


def test_zip_collect_of_what_canvas_gives(course):
    solved = solved_release(course.task, course.root / "solved")
    archive = course.root / "downloaded" / "tiny" / "archive"
    archive.mkdir(parents=True)
    for name in ("adamsann_11_900_work", "brownbob_LATE_12_901_work"):
        shutil.make_archive(str(archive / name), "zip", solved.parent, solved.name)
    run(course, "zip_collect", "tiny")
    for student in ("11", "12"):
        for file in ("losses.ipynb", MODULE):
            assert (course.submitted(student) / file).read_bytes() == (solved / file).read_bytes()

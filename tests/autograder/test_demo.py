"""The demonstration class: 24 submissions, good, wrong and hostile, through the real worker, each with its verdicts."""

import json
import re
import subprocess
import sys

import pytest

from autograder.checks.registry import CHECKS
from autograder.course import Course
from autograder.demo import CASTS, class_of_24, run_demo
from autograder.release.modules import solved_modules

from .conftest import REPOSITORY

COURSE = Course(REPOSITORY)


def test_every_assignment_has_its_cast():
    assert set(CASTS) == set(COURSE.assignments)


@pytest.mark.parametrize("name", CASTS)
def test_the_class_has_24_members_with_names_of_their_own(name):
    members = class_of_24(COURSE.assignment(name))
    assert len({member.name for member in members}) == 24


@pytest.mark.parametrize("name", CASTS)
def test_every_classic_mistake_is_made_with_what_the_assignment_hands_out(name, tmp_path):
    """What is wrong with it is the mistake, and not an import of what comes in a later assignment."""
    assignment = COURSE.assignment(name)
    for member in class_of_24(assignment)[3:14]:
        folder = tmp_path / member.name / "cs231n"
        for file, text in solved_modules(assignment).items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text)
        member.change(folder.parent)
        (item,) = member.expected
        run = [sys.executable, "-c", f"import cs231n.{CHECKS[item].module}"]
        done = subprocess.run(run, cwd=folder.parent, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (member.what, done.stderr)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "by_checks", "pictures"), [("assignment1", 85, 20), ("assignment2", 90, 0)])
def test_every_verdict_is_as_it_must_be(name, by_checks, pictures, tmp_path, capsys):
    assert run_demo(COURSE.assignment(name), tmp_path / "demo", jobs=2) == 0
    assert "every verdict as it must be" in capsys.readouterr().out
    lines = (tmp_path / "demo" / "reports.jsonl").read_text().splitlines()
    reports = {report["submission"]: report for report in map(json.loads, lines)}
    assert reports["ada"]["score"] == by_checks
    assert reports["ben"]["score"] == 0
    page = (tmp_path / "demo" / "class.html").read_text()
    assert "<svg" in page
    links = set(re.findall('href="(pages/[^"]*)"', page))
    assert links == {f"pages/{name}.html" for name in reports}
    for name in reports:
        assert f"<bdi>{name}</bdi>" in (tmp_path / "demo" / "pages" / f"{name}.html").read_text()
    assert (tmp_path / "demo" / "pages" / "vera.html").read_text().count(
        "Weights of the class"
    ) == pictures  # out of a zip
    assert not list(tmp_path.rglob("evil.py"))

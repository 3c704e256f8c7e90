"""The demonstration class: 24 submissions, good, wrong and hostile, through the real worker, each with its verdicts."""

import json
import re

import pytest

from autograder.course import Course
from autograder.demo import ASSIGNMENT, class_of_24, run_demo

from .conftest import REPOSITORY

COURSE = Course(REPOSITORY)


def test_the_class_has_24_members_with_names_of_their_own():
    members = class_of_24(COURSE.assignment(ASSIGNMENT))
    assert len({member.name for member in members}) == 24


@pytest.mark.slow
def test_every_verdict_is_as_it_must_be(tmp_path, capsys):
    assert run_demo(COURSE, tmp_path / "demo", jobs=2) == 0
    assert "every verdict as it must be" in capsys.readouterr().out
    lines = (tmp_path / "demo" / "reports.jsonl").read_text().splitlines()
    reports = {report["submission"]: report for report in map(json.loads, lines)}
    assert reports["ada"]["score"] == 85
    assert reports["ben"]["score"] == 0
    page = (tmp_path / "demo" / "class.html").read_text()
    assert "<svg" in page
    links = set(re.findall('href="(pages/[^"]*)"', page))
    assert links == {f"pages/{name}.html" for name in reports}
    for name in reports:
        assert f"<bdi>{name}</bdi>" in (tmp_path / "demo" / "pages" / f"{name}.html").read_text()
    assert (tmp_path / "demo" / "pages" / "vera.html").read_text().count("Weights of the class") == 20  # out of a zip
    assert not list(tmp_path.rglob("evil.py"))

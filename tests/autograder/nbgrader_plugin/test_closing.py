"""What formgrader's server does not do for a student's files; the same in a real browser is in test_browser.py."""

from types import SimpleNamespace

import pytest
from nbgrader.server_extensions.formgrader.handlers import FormgraderHandler
from tornado.web import HTTPError

from autograder.nbgrader_plugin.closing import close, within_a_course


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "courses" / "vision"
    (root / "submitted" / "eve" / "tiny").mkdir(parents=True)
    (root / "nbgrader_config.py").touch()
    return root


def test_courses_may_be_opened(course):
    for folder in (course, course.parent, course.parent / "language", course.parent / "language" / ".." / "vision"):
        assert not within_a_course(str(folder))


@pytest.mark.parametrize("mark", ["nbgrader_config.py", "gradebook.db"])
def test_what_lies_within_one_may_not(course, mark, monkeypatch):
    close()
    (course / "nbgrader_config.py").rename(course / mark)
    monkeypatch.chdir(course)
    for folder in ("submitted/eve/tiny", "../vision/submitted", "submitted/eve/../../submitted/eve", "not/there"):
        with pytest.raises(HTTPError, match="lies within one"):
            FormgraderHandler.get(SimpleNamespace(get_argument=lambda name, default, folder=folder: folder))

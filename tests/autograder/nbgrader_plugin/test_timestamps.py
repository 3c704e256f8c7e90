"""nbgrader's timestamps, right and odd."""

import os
from datetime import datetime

import pytest

from autograder.nbgrader_plugin.timestamps import handed_in_at, timestamps
from autograder.submissions import Submission


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01 12:30:00.123456 UTC", datetime(2026, 3, 1, 12, 30, 0, 123456)),
        ("2026-03-01 12:30:00 UTC\n", datetime(2026, 3, 1, 12, 30)),
        ("2026-03-01T12:30:00+02:00", datetime(2026, 3, 1, 10, 30)),
        ("2026-03-01 12:30", datetime(2026, 3, 1, 12, 30)),
        ("", None),
        (" \n", None),
    ],
)
def test_times(tmp_path, text, expected):
    (tmp_path / "timestamp.txt").write_text(text)
    assert handed_in_at(tmp_path) == expected


def test_none(tmp_path):
    assert handed_in_at(tmp_path) is None


@pytest.mark.parametrize(
    "text", ["never", "9" * 5000, "2026-13-45", "\x00", "1 1 1 1 1", "2026-03-01 12:30:00 +99999999"]
)
def test_no_times(tmp_path, text):
    (tmp_path / "timestamp.txt").write_text(text)
    with pytest.raises(ValueError, match="should hold a time like"):
        handed_in_at(tmp_path)


def test_fifos_and_links_are_not_read(tmp_path):
    for name, make in (("fifo", os.mkfifo), ("link", lambda path: os.symlink("/dev/zero", path))):
        (tmp_path / name).mkdir()
        make(tmp_path / name / "timestamp.txt")
        with pytest.raises(ValueError, match="cannot be read"):
            handed_in_at(tmp_path / name)


def test_a_class(tmp_path):
    for name, text in (("ann", "2026-03-01 12:30"), ("bob", "never")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "timestamp.txt").write_text(text)
    (tmp_path / "cy.zip").touch()
    found = [Submission(name, tmp_path / name) for name in ("ann", "bob", "cy.zip")]
    times, notes = timestamps(found)
    assert times == {"ann": datetime(2026, 3, 1, 12, 30)}
    assert len(notes) == 1

"""submission_metadata.json, as documented and as nobody expects it."""

import json

import pytest

from autograder.gradescope.metadata import HandIn, read_hand_in

from .conftest import METADATA


@pytest.fixture
def read(tmp_path):
    def read(content):
        path = tmp_path / "submission_metadata.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return read_hand_in(path)

    return read


def test_as_documented(read):
    hand_in = read(METADATA.encode())
    assert (hand_in.number, hand_in.students) == ("123456", ("Student ?User <student@example.com>",))
    assert hand_in.seconds_late == 1320
    assert hand_in.problem == ""


def test_a_group_and_no_due_date(read):
    users = [{"name": "A", "email": "a@b.c"}, {"name": "B"}, {"email": "c@d.e"}]
    hand_in = read(json.loads(METADATA) | {"users": users, "assignment": {"due_date": None}})
    assert hand_in.students == ("A <a@b.c>", "B", "c@d.e")
    assert hand_in.seconds_late is None


def test_in_time_is_not_late(read):
    hand_in = read(json.loads(METADATA) | {"created_at": "2018-07-01T20:00:32.365935Z"})  # an hour before it is due
    assert hand_in.seconds_late == 0
    assert "late" not in hand_in.who()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b"1" * 5000, [], None, "text"])
def test_what_is_no_metadata_is_said(read, content):
    hand_in = read(content)
    assert hand_in.problem
    assert hand_in == HandIn(problem=hand_in.problem)


def test_a_missing_file_is_said(tmp_path):
    assert "cannot be read" in read_hand_in(tmp_path / "submission_metadata.json").problem


@pytest.mark.parametrize("value", [None, True, 3, 1e400, [], {}, ["x"], "", "2018", "2018-07-01T14:22:32", "\ud800\n"])
def test_values_that_nobody_expects(read, value):
    hand_in = read({"id": value, "created_at": value, "assignment": value, "users": value})
    assert hand_in.seconds_late is None
    assert hand_in.who().isprintable()
    hand_in = read({"assignment": {"due_date": value}, "users": [value, {"name": value, "email": value}]})
    assert hand_in.seconds_late is None
    assert hand_in.who().isprintable()


def test_a_very_long_name_is_cut(read):
    assert len(read({"users": [{"name": "x" * 10**6}]}).who()) < 500

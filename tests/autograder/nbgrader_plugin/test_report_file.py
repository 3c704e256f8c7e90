"""Reports beside graded notebooks: ours or none, whatever lies there."""

import json
import os

import pytest

from autograder.checks.engine import ItemResult
from autograder.grading import Report
from autograder.nbgrader_plugin.report_file import MAX_BYTES, NAME, keep, kept

REPORT = Report("ann", "tiny", (ItemResult("why", "manual", 0.0, 10.0, "é"),), "isolated", ("a",), "cafe", ("b",))


def a_file(path):
    path.write_text("mine")


def a_folder(path):
    (path / "deep").mkdir(parents=True)
    (path / "deep" / "file").touch()


def a_link(path):
    (path.parent / "other").write_text("somebody else's")
    os.symlink("other", path)


def a_loop(path):
    os.symlink(path, path)


@pytest.mark.parametrize("there", [lambda path: None, a_file, a_folder, a_link, a_loop, os.mkfifo])
def test_it_takes_the_place_of_whatever_is_there(there, tmp_path):
    there(tmp_path / NAME)
    keep(REPORT, tmp_path)
    assert kept(tmp_path, "ann", "tiny") == REPORT
    assert not (tmp_path / NAME).is_symlink()
    assert {path.name for path in tmp_path.iterdir()} <= {NAME, "other"}
    if there is a_link:
        assert (tmp_path / "other").read_text() == "somebody else's"


def test_one_that_cannot_be_written_leaves_the_one_before(tmp_path, monkeypatch):
    keep(REPORT, tmp_path)

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dump", full)
    with pytest.raises(OSError, match="No space"):
        keep(REPORT, tmp_path)
    assert kept(tmp_path, "ann", "tiny") == REPORT
    assert len(os.listdir(tmp_path)) == 1


def test_there_is_none(tmp_path):
    assert kept(tmp_path, "ann", "tiny") is None


@pytest.mark.parametrize("there", [a_folder, a_link, a_loop, os.mkfifo])
def test_what_is_no_file_is_not_read(there, tmp_path):
    there(tmp_path / NAME)
    with pytest.raises(ValueError, match="cannot be read"):
        kept(tmp_path, "ann", "tiny")


def changed(**values):
    return json.dumps(REPORT.as_json() | values)


def item(**values):
    return changed(items=[REPORT.items[0].as_json() | values])


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "7", "[" * 100_000, "{}", "\ud800".encode("utf-8", "surrogatepass"), b"\xff"),
        *(changed(items=1), changed(items=[1]), changed(notes=[1]), changed(notes=None), changed(isolation=None)),
        *(item(points="1"), item(points=True), item(points=float("nan")), item(max_points=1e999), item(message=[])),
        *(item(verdict="great"), item(id=None), item(more=1), item(picture={"rows": []}), item(picture="x")),
        *(changed(private_notes=[{}]), changed(digest=1), b"{" * (MAX_BYTES + 1)),
    ],
    ids=range(27),
)
def test_what_is_no_report_is_told(text, tmp_path):
    (tmp_path / NAME).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError, match="does not hold a report"):
        kept(tmp_path, "ann", "tiny")


@pytest.mark.parametrize("other", [("bob", "tiny"), ("ann", "other")])
def test_somebody_elses_is_not_taken(other, tmp_path):
    keep(REPORT, tmp_path)
    with pytest.raises(ValueError, match="about another submission"):
        kept(tmp_path, *other)

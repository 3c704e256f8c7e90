"""What goes from `submitted/` into `autograded/` and on into feedback, beside notebooks."""

import os
from types import SimpleNamespace

import pytest

from autograder import trees
from autograder.nbgrader_plugin.copying import Rules, copy_files


@pytest.fixture
def copy(tmp_path):
    """A function that copies out of `copy.source`: the names of the files that arrive, and what is said."""

    def run(*unwanted, each=100, most=1000):
        courses = SimpleNamespace(ignore=["*.pyc", "feedback"], max_file_size=each, max_dir_size=most)
        notes = list(copy_files(run.source, run.target, Rules.of(courses, *unwanted)))
        return {path.relative_to(run.target).as_posix() for path in run.target.rglob("*") if path.is_file()}, notes

    run.source, run.target = tmp_path / "source", tmp_path / "target"
    run.source.mkdir()
    run.target.mkdir()
    return run


def test_files_in_folders_are_copied_but_for_what_is_ignored(copy):
    for name in ("a.txt", "d/b.png", "x.pyc", "d/x.pyc", "feedback/f.txt", "n.ipynb", ".git/objects/1", "report.json"):
        (copy.source / name).parent.mkdir(parents=True, exist_ok=True)
        (copy.source / name).write_text(name)
    (copy.source / "d" / "report.json").write_text("mine")
    assert copy("report.json") == ({"a.txt", "d/b.png", "d/report.json"}, [])
    assert (copy.target / "d" / "b.png").read_text() == "d/b.png"


def test_again_over_files_that_cannot_be_written_over(copy):
    (copy.source / "a.txt").write_text("new")
    (copy.target / "a.txt").write_text("old")
    (copy.target / "a.txt").chmod(0o444)
    assert copy() == ({"a.txt"}, [])
    assert (copy.target / "a.txt").read_text() == "new"


def test_all_together_have_a_bound_and_small_files_come_first(copy):
    (copy.source / "notes.txt").write_text("x")
    for name in "abcd":
        with (copy.source / f"{name}.bin").open("wb") as file:
            file.truncate(90_000)
    names, notes = copy(each=100, most=200)
    assert names == {"notes.txt", "a.bin", "b.bin"}
    assert notes == [f"{name}.bin was left out: all files of a submission may have 0 MB" for name in "cd"]


def test_one_that_is_too_large_is_left_out(copy):
    with (copy.source / "data.bin").open("wb") as file:
        file.truncate(100_001)
    names, (note,) = copy(each=100)
    assert not names
    assert note.startswith("data.bin was left out: it cannot be copied")


def test_of_very_many_only_nbgraders_own_are_copied(copy, monkeypatch):
    monkeypatch.setattr(trees, "MAX_ENTRIES", 50)
    for number in range(60):
        (copy.source / f"{number}.txt").touch()
    (copy.source / "timestamp.txt").write_text("2026-03-01 10:00:00 UTC")
    names, (note,) = copy()
    assert names == {"timestamp.txt"}
    assert "none of them were copied" in note


def test_very_many_links_are_not_all_named(copy):
    for number in range(60):
        os.symlink("/etc/passwd", copy.source / f"{number}.txt")
    (copy.source / "a.txt").touch()
    names, notes = copy()
    assert names == {"a.txt"}
    assert len(notes) == 11
    assert notes[-1] == "50 more were left out"


def test_a_full_disk_is_not_the_students_fault(copy, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    (copy.source / "a.txt").touch()
    monkeypatch.setattr("autograder.nbgrader_plugin.copying.copy_regular", full)
    with pytest.raises(OSError, match="No space"):
        copy()

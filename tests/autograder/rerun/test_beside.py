"""The files that cells of a notebook open, where it is run again."""

import os

import pytest

from autograder import trees
from autograder.rerun import beside
from autograder.rerun.beside import add_beside
from autograder.submissions import Submission


@pytest.fixture
def handed_in(built_course, tmp_path):
    """A submission a folder or two down in what was handed in; `add` says what arrives of it, and what does not."""

    class HandedIn:
        folder = tmp_path / "submitted" / "Downloads" / "tiny"
        work = tmp_path / "work"

        def add(self, path=tmp_path / "submitted"):
            self.work.mkdir()
            notes = add_beside(built_course, Submission("ann", path), "losses", self.work)
            return {path.relative_to(self.work).as_posix() for path in self.work.rglob("*") if path.is_file()}, notes

    HandedIn.folder.mkdir(parents=True)
    (HandedIn.folder / "losses.ipynb").write_text("{}")
    return HandedIn()


def test_what_lies_beside_the_notebook(handed_in):
    for name in ("data.csv", "notes/x.txt", "mine.py", "saved/net.npz", "datasets/all.bin", ".git/HEAD", "README.md"):
        (handed_in.folder / name).parent.mkdir(exist_ok=True)
        (handed_in.folder / name).write_text("x")
    (handed_in.folder.parent / "elsewhere.txt").write_text("x")
    names, notes = handed_in.add()
    assert names - {"README.md"} == {"data.csv", "notes/x.txt"}
    assert not notes


def test_nothing_behind_a_link(handed_in, tmp_path):
    (tmp_path / "secret.txt").write_text("x")
    os.symlink(tmp_path / "secret.txt", handed_in.folder / "data.txt")
    os.link(tmp_path / "secret.txt", handed_in.folder / "hard.txt")
    assert handed_in.add()[0] == set()


@pytest.mark.parametrize(("bound", "most"), [("MAX_FILES", 1), ("MAX_ALL", 7), ("MAX_EACH", 5)])
def test_bounds(handed_in, monkeypatch, bound, most):
    (handed_in.folder / "a.txt").write_text("1234")
    (handed_in.folder / "b.txt").write_text("123456")
    monkeypatch.setattr(beside, bound, most)
    names, (note,) = handed_in.add()
    assert names == {"a.txt"}
    assert note.startswith("it was run without 1 files that lie beside it (b.txt)")


def test_very_many(handed_in, monkeypatch):
    monkeypatch.setattr(trees, "MAX_ENTRIES", 5)
    for number in range(5):
        (handed_in.folder / f"{number}.txt").touch()
    assert handed_in.add()[1] == [
        "it was run without files other than code, notebooks and those in saved/: there are too many"
    ]


def test_packed(handed_in, tmp_path):
    (tmp_path / "ann.zip").write_bytes(b"PK")
    assert "handed in packed" in handed_in.add(tmp_path / "ann.zip")[1][0]

"""Looking through a folder that a stranger filled."""

import os
import subprocess
from pathlib import Path

import pytest

from autograder import trees
from autograder.trees import MAX_DEPTH, MAX_ENTRIES, look


def deep(folder, levels, request):
    """Make folders within folders, deeper than Python's recursion, until the test that makes the `request` is over."""
    request.addfinalizer(
        lambda: subprocess.run(["rm", "-rf", folder / "d"], check=True)
    )  # pytest could not remove them
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("f.txt", os.O_CREAT, dir_fd=here))
    os.close(here)


def test_shallow_files_come_first_with_their_sizes(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.txt").write_text("x")
    (tmp_path / "z.txt").write_text("xy")
    tree = look(tmp_path)
    assert list(tree.files.items()) == [(Path("z.txt"), 2), (Path("a/b/c.txt"), 1)]
    assert tree.whole
    assert not tree.left_out


def test_links_and_special_files_are_left_out(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret").write_text("x")
    folder = tmp_path / "handed-in"
    folder.mkdir()
    os.symlink(tmp_path / "other", folder / "folder")
    os.symlink(tmp_path / "other" / "secret", folder / "file")
    os.symlink("nowhere", folder / "dangling")
    os.link(tmp_path / "other" / "secret", folder / "hard")
    os.mkfifo(folder / "pipe")
    tree = look(folder)
    assert not tree.files
    assert {str(path) for path in tree.left_out} == {"folder", "file", "dangling", "hard", "pipe"}


def test_very_deep_folders_are_left_out_whole(tmp_path, request):
    deep(tmp_path, 1500, request)
    (tmp_path / "a.txt").touch()
    tree = look(tmp_path)
    assert list(tree.files) == [Path("a.txt")]
    ((path, why),) = tree.left_out.items()
    assert len(path.parts) == MAX_DEPTH + 1
    assert "folders deep" in why


@pytest.mark.parametrize("number", [4, 5])
def test_no_more_than_so_many_are_looked_at(tmp_path, monkeypatch, number):
    monkeypatch.setattr(trees, "MAX_ENTRIES", 4)
    assert MAX_ENTRIES > 4
    (tmp_path / "d").mkdir()
    for name in range(number - 1):
        (tmp_path / "d" / str(name)).touch()
    assert look(tmp_path).whole == (number <= 4)


def test_what_is_not_wanted_is_not_looked_into(tmp_path, request):
    deep(tmp_path, 40, request)
    tree = look(tmp_path, lambda path: path.name != "d")
    assert (tree.files, tree.left_out) == ({}, {})

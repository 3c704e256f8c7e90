"""Taking files out of folders of strangers."""

import os
import socket

import pytest

from autograder.files import copy_regular, listing, open_regular


@pytest.fixture
def zoo(tmp_path):
    """A folder with one of everything."""
    folder = tmp_path / "zoo"
    (folder / "folder").mkdir(parents=True)
    (folder / "file").write_text("x = 1\n")
    (folder / ".hidden").write_text("")
    (folder / "link").symlink_to(tmp_path / "zoo" / "file")
    (folder / "link to a folder").symlink_to(tmp_path)
    (folder / "device").symlink_to(os.devnull)
    os.mkfifo(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(folder / "socket"))
    return folder


def test_regular_files_and_folders_are_told_from_everything_else(zoo):
    regular, others = listing(zoo)
    assert [path.name for path in regular] == ["file", "folder"]
    assert [path.name for path in others] == ["device", "fifo", "link", "link to a folder", "socket"]


@pytest.mark.parametrize("name", ["folder", "link", "link to a folder", "device", "fifo", "socket", "missing"])
def test_nothing_else_than_a_regular_file_is_opened_and_nothing_is_waited_for(zoo, name):
    with pytest.raises(OSError, match=r"not a regular file|Errno"):
        open_regular(zoo / name)


def test_a_copy_is_bounded(zoo, tmp_path):
    assert copy_regular(zoo / "file", tmp_path / "new" / "copy", 6) == 6
    assert (tmp_path / "new" / "copy").read_text() == "x = 1\n"
    with pytest.raises(OSError, match="larger than"):
        copy_regular(zoo / "file", tmp_path / "other", 5)
    assert not (tmp_path / "other").exists()


def test_a_hard_link_is_not_copied(zoo, tmp_path):
    os.link(zoo / "file", zoo / "second")
    with pytest.raises(OSError, match="hard link"):
        copy_regular(zoo / "second", tmp_path / "copy", 100)

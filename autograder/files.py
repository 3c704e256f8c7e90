"""Files: taken out of folders that strangers filled, regular ones and nothing else; and written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

#: What the system says where this machine is at fault, for which no submission must pay.
OUR_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EIO, errno.EROFS, errno.EACCES)
#: How many entries of one folder are looked at.
MAX_ENTRIES = 100_000
# Opening a FIFO for reading would wait until somebody writes to it. Windows has neither of these.
_CAREFULLY = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)


def listing(folder: Path) -> tuple[list[Path], list[Path]]:
    """The regular files and folders in `folder`, and what is neither: links, FIFOs, devices. By name, without hidden
    ones."""
    regular: list[Path] = []
    others: list[Path] = []
    with os.scandir(folder) as entries:
        for entry in itertools.islice(entries, MAX_ENTRIES):
            if not entry.name.startswith("."):
                plain = entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)
                (regular if plain else others).append(folder / entry.name)
    return sorted(regular), sorted(others)


def is_folder(path: Path) -> bool:
    """Whether `path` is a folder, and no link to one, which may lead anywhere."""
    return os.path.isdir(path) and not os.path.islink(path)


def open_regular(path: Path) -> BinaryIO:
    """Open `path` for reading; raise `OSError` for a link, a FIFO, a device or a folder."""
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | _CAREFULLY))  # noqa: SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a regular file")
    return file


def copy_regular(source: Path, target: Path, limit: int) -> int:
    """Copy the regular file `source` of at most `limit` bytes; return its size.

    Raises `OSError` for anything else, and for a file that goes by another name as well: a student may have given
    somebody else's file a name in the submission, and the one who grades may read what the student may not.
    """
    with open_regular(source) as file:
        status = os.fstat(file.fileno())
        if status.st_nlink > 1:
            raise OSError(errno.EMLINK, "it is a hard link; grade a real copy of the folder if it is in order")
        if status.st_size > limit:
            raise OSError(errno.EFBIG, f"larger than {limit >> 20} MB")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            shutil.copyfileobj(file, out)
    return status.st_size


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write, which takes the place of `path` when it is whole: nobody ever finds half of it there."""
    path = path.resolve()  # what a link points to is replaced, not the link
    if path.exists() and not path.is_file():  # a pipe, or /dev/null
        yield path
        return
    part = path.with_name(f".{path.name}.part")
    yield part
    if path.exists():
        shutil.copymode(path, part)
    os.replace(part, path)

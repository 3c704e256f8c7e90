"""Temporary folders that do not stay behind, even where the process that made them was killed.

Each is locked for as long as its maker lives; whoever makes the next one removes those that nobody holds any more.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PREFIX = "autograder-scratch-"
_YOUNG_SECONDS = 60


class Scratch:
    """A temporary folder of this process; `remove` when it is done with."""

    def __init__(self) -> None:
        _sweep(tempfile.gettempdir())
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = _lock(self.path)

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        remove_tree(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder for the length of a `with`."""
    scratch = Scratch()
    try:
        yield scratch.path
    finally:
        scratch.remove()


def remove_tree(path: Path) -> None:
    """Remove a folder that somebody's code wrote in, however deep it is."""
    try:
        shutil.rmtree(path, ignore_errors=True)
    except RecursionError:
        subprocess.run(["rm", "-rf", "--", str(path)], stderr=subprocess.DEVNULL, check=False)


@cache
def _sweep(place: str) -> None:
    """Remove the folders in `place` that a process of this user made and left, once for each process."""
    if sys.platform == "win32":
        return
    for path in Path(place).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            status = path.lstat()
            if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
                continue
            if time.time() - status.st_mtime < _YOUNG_SECONDS:  # its maker may be about to lock it
                continue
            lock = _lock(path)
            if lock is not None:
                remove_tree(path)
                os.close(lock)


def _lock(path: Path) -> int | None:
    """Lock `path` until the process ends; None where another process holds it."""
    if sys.platform == "win32":
        return None
    import fcntl

    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor

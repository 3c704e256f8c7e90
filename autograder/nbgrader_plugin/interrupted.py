"""Which submissions nbgrader was in the midst of when it was killed.

nbgrader skips every student that has a folder in `autograded/`, also where it was killed while it filled that: the
student would keep the scores of half a submission. So a mark is set before a submission is begun and removed when it is
done. What has a mark that nobody holds was interrupted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

_SUFFIX = ".autograding"


class Marks:
    """The marks of one assignment, as files in `folder`, locked by the process that set them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: FileLock | None = None

    def begin(self, student: str) -> None:
        """The student's submission is begun. Nothing is marked where the folder cannot be written."""
        self.end()
        with contextlib.suppress(OSError, Timeout):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / f"{student}{_SUFFIX}", blocking=False)
            lock.acquire()
            self._lock = lock

    def end(self) -> None:
        """The submission that was begun last is done, if there is one."""
        if self._lock is not None:
            _remove(self._lock)
            self._lock = None

    def left(self) -> Iterator[str]:
        """The students whose submissions were interrupted. A mark is removed once the next one is asked for."""
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            lock = FileLock(path, blocking=False)
            try:
                lock.acquire()
            except (OSError, Timeout):  # another nbgrader is at it now
                continue
            yield path.name.removesuffix(_SUFFIX)
            _remove(lock)


def _remove(lock: FileLock) -> None:
    with contextlib.suppress(OSError):
        Path(lock.lock_file).unlink()
    lock.release()

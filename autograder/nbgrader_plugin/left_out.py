"""What nbgrader is kept from copying out of folders that students filled."""

from __future__ import annotations

import contextlib
import glob
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..files import copy_regular

#: With more than so many files to leave out of a folder, none of its files is copied.
MAX_LEFT_OUT = 50
#: But these, which nbgrader has put there: without them in every student's feedback it releases nobody's.
_NBGRADERS = ("timestamp.txt", "submission_secret.txt")
_MAX_BYTES = 10_000


def odd_files(folder: str, kilobytes: int) -> Iterator[str]:
    """What is below `folder` and had better not be copied: links, hard ones too, FIFOs, devices, very large files."""
    for here, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(here, name)
            status = os.lstat(path)
            if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1 or status.st_size > 1000 * kilobytes:
                yield path


def patterns(folder: str, paths: Sequence[str]) -> list[str]:
    """What `CourseDirectory.ignore` must have so that `paths` are not copied out of `folder`."""
    # nbgrader looks for each of these names whenever it looks at a file.
    return [glob.escape(path) for path in (paths if len(paths) <= MAX_LEFT_OUT else [folder])]


def copy_nbgraders(folder: str, target: str) -> None:
    """Copy to the folder `target` what nbgrader has put into `folder`, of which nothing else is copied."""
    for name in _NBGRADERS:
        with contextlib.suppress(OSError):
            copy_regular(Path(folder, name), Path(target, name), _MAX_BYTES)

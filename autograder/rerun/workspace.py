"""The files that a notebook is run with: the release with the submission over it."""

from __future__ import annotations

import tarfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

from ..course import Assignment
from ..errors import CourseError

#: What working in a release leaves behind.
_LEFT_BEHIND = {"__pycache__", ".ipynb_checkpoints", "saved"}


def pack(task: Assignment, work: Path, archive: IO[bytes]) -> None:
    """Write a tar archive with one folder, the assignment's: its release and over it the submission laid out in `work`.

    Modules that the submission lacks are those of the release, as they are when it is graded. Raises `CourseError`
    where the release was not built.
    """
    if not (task.release / "cs231n").is_dir():
        raise CourseError(f"{task.release / 'cs231n'} does not exist; run `autograder build` first")
    found = dict(_files(task.release, _LEFT_BEHIND)) | dict(_files(work))
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, path in sorted(found.items()):
            entry = tarfile.TarInfo(f"{task.name}/{name}")
            entry.size, entry.mode = path.stat().st_size, 0o644
            with path.open("rb") as file:
                tar.addfile(entry, file)


def _files(folder: Path, without: Collection[str] = ()) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        inner = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not any(part in without for part in inner.parts):
            yield inner.as_posix(), path

"""Finished reports on disk as they come, so that a run that was killed can go on where it was.

A journal is a file of JSON lines in `<course>/.autograder/`: what run it belongs to, in clear, then a report a line. It
belongs to all that decides the results, so that a report of other checks, items or limits is never taken; whether a
submission is still the one that was graded, its digest tells. It is removed when the run is over. Deleting it earlier
costs the time to grade again, and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

import datasets

from .course import Assignment
from .errors import CourseError
from .grading import Options, Report

FOLDER = ".autograder"
#: What is written in these decides results; beside them lie pictures, caches and saved models.
_SOURCES = {".py", ".toml", ".ipynb"}


class JournalError(CourseError):
    """The journal cannot be had or written."""


def belongs_to(assignment: Assignment, options: Options, paths: Sequence[Path]) -> dict[str, Any]:
    """What decides the results of grading the submissions at `paths`, as a JSON object."""
    course = assignment.course
    package = Path(__file__).parent
    folders = (package, Path(datasets.__file__).parent, course.solutions, assignment.release / "cs231n")
    return {
        "journal": 1,
        "assignment": assignment.name,
        "paths": sorted(str(path.resolve()) for path in paths),
        "options": asdict(options),
        "sources": _hash_of(folders),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


class Journal:
    """The journal of the run that `run` describes, in `folder`. A context manager; nobody else has it meanwhile.

    `earlier` holds the reports of an earlier run by submission; with `fresh` there are none.
    """

    def __init__(self, folder: Path, run: Mapping[str, Any], *, fresh: bool = False) -> None:
        head = json.dumps(run, sort_keys=True).encode()
        self.path = folder / f"{run['assignment']}-{hashlib.sha256(head).hexdigest()[:12]}.jsonl"
        self._lock = FileLock(self.path.with_suffix(".lock"), blocking=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise JournalError(
                f"another run is grading the same submissions in the same way ({self._lock.lock_file} is locked); "
                "wait until it is done, or stop it"
            ) from None
        except OSError as error:
            raise JournalError(
                f"{folder} cannot be written ({error.strerror or error}), so a run that is killed could not be "
                "continued; make it writable, or grade with --no-journal"
            ) from None
        with contextlib.ExitStack() as undo:
            undo.callback(self._lock.release)
            self._file = self.path.open("a+b", buffering=0)
            undo.callback(self._file.close)
            self.earlier = {} if fresh else self._read(head)
            if not self.earlier:
                self._file.truncate(0)
                self._append(head)
            undo.pop_all()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._lock.release()

    def add(self, report: Report) -> None:
        """Put `report` on disk, if it is new and finished."""
        if report.graded and report != self.earlier.get(report.submission):
            self._append(json.dumps(report.as_json()).encode())

    def remove(self) -> None:
        """The run is over and its results are written elsewhere: remove the journal."""
        with contextlib.suppress(OSError):  # it would only be read once more
            self._file.close()
            self.path.unlink()
            # Who opened the lock's file before this finds that it has no name any more, and makes another.
            Path(self._lock.lock_file).unlink()

    def _append(self, line: bytes) -> None:
        try:
            left = memoryview(line + b"\n")
            while left:
                left = left[self._file.write(left) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            raise JournalError(
                f"{self.path} cannot be written ({error.strerror or error}); once it can, the same command goes on"
            ) from None

    def _read(self, head: bytes) -> dict[str, Report]:
        """The reports in the file, the last of each submission; a line that was torn is cut off."""
        self._file.seek(0)
        lines = self._file.read().split(b"\n")
        if lines[0] != head or len(lines) == 1:
            return {}
        torn = lines.pop()
        if torn:
            self._file.truncate(self._file.tell() - len(torn))
        return {report.submission: report for report in _reports(lines[1:])}


def _reports(lines: Sequence[bytes]) -> Iterator[Report]:
    for line in lines:
        try:
            report = Report.from_json(json.loads(line))
        except (ValueError, TypeError, KeyError):  # a line that a disk spoilt costs its own report
            continue
        yield report


def _hash_of(folders: Sequence[Path]) -> str:
    """A hash of the sources in `folders`."""
    whole = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.suffix in _SOURCES and path.is_file() and not any(part.startswith(".") for part in parts):
                whole.update(os.fsencode(path.relative_to(folder)) + b"\0")
                whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]

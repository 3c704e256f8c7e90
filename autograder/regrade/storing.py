"""The file of reports that new ones take the place of, with the old one kept beside it."""

from __future__ import annotations

import hashlib
import itertools
import shutil
from collections.abc import Sequence
from pathlib import Path

from ..errors import CourseError
from ..exports import write_json_lines
from ..files import replacing
from ..grading import Report


def fingerprint(path: Path) -> str:
    """What tells the file as it is from any other state of it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def replace_reports(reports: Sequence[Report], path: Path, was: str) -> Path:
    """Put `reports` in the place of the file `path`, at once and whole; returns where the old one is kept: beside it,
    under the first number that is free.

    Raises `CourseError` if the file is not the one any more whose fingerprint `was` taken.
    """
    if fingerprint(path) != was:
        raise CourseError(
            f"{path} was changed by somebody else meanwhile, so it was left alone; the same command starts from it anew"
        )
    old = _set_aside(path)
    with replacing(path) as part, part.open("w", encoding="utf-8") as file:
        write_json_lines(reports, file)
    return old


def _set_aside(path: Path) -> Path:
    """A copy of `path` beside it."""
    for number in itertools.count(1):
        copy = path.with_name(f"{path.name}.{number}")
        try:
            with copy.open("xb") as target, path.open("rb") as source:
                shutil.copyfileobj(source, target)
        except FileExistsError:
            continue
        shutil.copystat(path, copy)
        return copy
    raise AssertionError  # numbers do not end

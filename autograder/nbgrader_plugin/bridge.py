"""Between what nbgrader works on and what this package does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from logging import Logger
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters.base import NbGraderException

from ..course import Assignment, Course
from ..errors import CourseError


def task_of(courses: Any) -> Assignment:
    """The assignment that nbgrader works on, from its `CourseDirectory`; raises `CourseError` if there is none."""
    root = Path(courses.root)
    if not (root / "solutions" / "course.toml").is_file():
        raise CourseError(f"expected solutions/course.toml in {root}; run nbgrader in the course's folder")
    return Course(root).assignment(courses.assignment_id)


def node(data: Any) -> Any:
    """JSON as nbgrader has it, whose dicts have attributes."""
    return nbformat.from_dict(data)  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def told_in_one_sentence(log: Logger) -> Iterator[None]:
    """Turn a `CourseError` into nbgrader's own exception, which ends a command without a traceback."""
    try:
        yield
    except CourseError as error:
        log.error("%s", error)
        raise NbGraderException(str(error)) from None

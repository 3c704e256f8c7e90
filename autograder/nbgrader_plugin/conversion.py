"""Two things that nbgrader's converters do with folders that students filled, done with care.

- They look for notebooks by patterns. A submission without any is none, so that formgrader's bolt fails on it; where a
  student's name is a pattern, as `a[1]`, the work of `a1` is taken for it.
- They copy what is beside notebooks: whatever links point to; calling themselves once for each level of folders, so
  that a deep one ends the run; comparing each file with all the others in its folder, so that 4000 take 20 s.

nbgrader has no setting for either, and makes its exporter only after it has looked for notebooks. So `install` replaces
the two methods, once and for the process: converters with an exporter of another kind do what they always did.
"""

from __future__ import annotations

import glob
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.converters.base import BaseConverter

from ..checks.text import printable
from ..errors import CourseError
from .bridge import told_in_one_sentence
from .copying import Rules, copy_files

_looks_for_notebooks = BaseConverter.init_notebooks
_copies_files = BaseConverter.init_assignment


class Careful:
    """What an exporter has for which nbgrader's converters are to be careful."""

    @classmethod
    def find(cls, converter: Any) -> dict[str, list[str]]:
        """The folders of the submissions to convert, and the paths of the notebooks to make of each."""
        raise NotImplementedError

    def rules(self) -> Rules:
        """What is copied beside these."""
        raise NotImplementedError


def install() -> None:
    """Have nbgrader's converters ask exporters that are `Careful`."""
    BaseConverter.init_notebooks = _find
    BaseConverter.init_assignment = _copy


def _find(converter: Any) -> None:
    if not issubclass(converter.exporter_class, Careful):
        _looks_for_notebooks(converter)
        return
    converter.assignments, converter.notebooks = converter.exporter_class.find(converter), []
    if not converter.assignments:
        courses = converter.coursedir
        expected = converter._format_source(courses.assignment_id, courses.student_id)
        with told_in_one_sentence(converter.log):
            raise CourseError(f"there is nothing to work on: expected folders {expected}; see --student and --notebook")


def _copy(converter: Any, assignment_id: str, student_id: str) -> None:
    if not isinstance(converter.exporter, Careful):
        _copies_files(converter, assignment_id, student_id)
        return
    source, target = (
        Path(path(assignment_id, student_id)) for path in (converter._format_source, converter._format_dest)
    )
    for note in copy_files(source, target, converter.exporter.rules()):
        converter.log.warning("%s: %s", printable(str(source)), note)


def folders(converter: Any, step: str) -> Iterator[str]:
    """The folders of the assignment in `step` of the students whom nbgrader is to take, each by its own name.

    Links are left out, which may lead to somebody else's work, and names that nbgrader ends the whole run over.
    """
    courses = converter.coursedir
    named = courses.format_path(step, courses.student_id, courses.assignment_id)
    # "*" is everybody, even where a student is called so.
    is_name = courses.student_id != "*" and os.path.isdir(named)
    for folder in sorted(glob.glob(glob.escape(named) if is_name else named)):
        if any(os.path.islink(path) for path in (folder, os.path.dirname(folder))):
            converter.log.warning("%s is a link, perhaps to somebody else's work, and was left out", printable(folder))
        elif any(unicodedata.category(character) in ("Cc", "Cs") for character in folder):
            converter.log.warning(
                "%s was left out: nbgrader cannot have control characters in names; rename the folder",
                printable(folder),
            )
        elif os.path.isdir(folder):
            yield folder

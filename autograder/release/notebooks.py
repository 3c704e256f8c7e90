"""The students' version of the notebooks, made by nbgrader's generate_assignment."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import fences
from ..course import Assignment
from ..errors import CourseError


def student_notebooks(assignment: Assignment) -> dict[str, str]:
    """File name -> text of each notebook as students get it: solutions out, outputs out, test cells locked.

    Raises `CourseError` where nbgrader refuses a notebook.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    for name, path in assignment.notebooks.items():
        for cell in assignment.cells:
            if cell.notebook == name:
                fences.find(cell.source, str(path))
    with tempfile.TemporaryDirectory(prefix="autograder-release-") as scratch:
        config: Any = Config()
        config.CourseDirectory.root = str(assignment.course.root)
        config.CourseDirectory.source_directory = assignment.course.solutions.name
        config.CourseDirectory.release_directory = f"{scratch}/release"
        config.CourseDirectory.assignment_id = assignment.name
        config.CourseDirectory.db_url = f"sqlite:///{scratch}/gradebook.db"
        config.IncludeHeaderFooter.enabled = False
        log = io.StringIO()
        logger = logging.getLogger("autograder.release")
        logger.handlers, logger.propagate = [logging.StreamHandler(log)], False
        courses = CourseDirectory(config=config)
        converter = GenerateAssignment(coursedir=courses, config=config, log=logger)
        try:
            with contextlib.redirect_stderr(log), _environment_on_path():
                converter.start()
        except (Exception, SystemExit) as error:
            raise CourseError(f"nbgrader refuses {assignment.name}: {_cause(log.getvalue()) or error}") from None
        folder = Path(scratch) / "release" / assignment.name
        return {
            f"{name}.ipynb": (folder / f"{name}.ipynb").read_text(encoding="utf-8") for name in assignment.notebooks
        }


@contextlib.contextmanager
def _environment_on_path() -> Iterator[None]:
    """nbgrader calls `alembic` by name, which lies beside this Python whether the environment is activated or not."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _cause(log: str) -> str:
    """The line of nbgrader's log that names the error: the last one that ends a traceback."""
    errors = [line for line in log.splitlines() if re.match(r"^[\w.]+(Error|Exception)?: ", line)]
    return errors[-1] if errors else ""

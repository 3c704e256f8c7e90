"""`nbgrader generate_assignment`: the whole folder that students get, as `autograder build` makes it.

nbgrader itself releases every notebook in the source folder and whatever lies beside them, a forgotten solved module
too. Here only what course.toml names goes out, and modules, checks and data loaders come with it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import GenerateAssignment

from .. import scratch
from ..checks.text import printable
from ..errors import CourseError
from ..release import build
from .bridge import task_of, told_in_one_sentence
from .gradebook import knows


class ReleaseExporter(NotebookExporter):
    """Converts notebooks as nbgrader does; with the first of them it completes the release."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        converter = self.parent
        if not isinstance(converter, GenerateAssignment):
            raise TypeError(f"{type(self).__name__} belongs into c.GenerateAssignment.exporter_class")
        courses = converter.coursedir
        self._completed = False
        with told_in_one_sentence(self.log):
            self.task = task_of(courses)
            self._target = Path(courses.format_path(courses.release_directory, ".", self.task.name))
            if problems := self.task.problems():  # before the release that is there is removed
                raise CourseError("\n".join(problems))
            self._only_the_courses_own(converter.assignments)
            if not converter.no_database and self._target.is_dir() and not knows(self.task, courses.db_url):
                self.log.warning("the gradebook does not know %s yet; building it anew", self.task.name)
                converter.force = True  # else nbgrader passes over what it finds in the release folder

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Convert a notebook, once all that goes with it is there."""
        if not self._completed:
            complete(self.task, self._target)
            self._completed = True
        return super().from_filename(filename, resources=resources, **kw)

    def _only_the_courses_own(self, found: dict[str, list[str]]) -> None:
        for folder, notebooks in found.items():
            names = {path: Path(path).stem for path in notebooks}
            for path in notebooks:
                if names[path] not in self.task.notebooks:
                    self.log.warning("%s is left out: course.toml does not name it", printable(path))
            found[folder] = [path for path in notebooks if names[path] in self.task.notebooks]


def complete(task: Any, target: Path) -> None:
    """Put into the folder `target` all of a release but its notebooks, and nothing else; notebooks there stay."""
    with scratch.folder() as folder:
        fresh = build(task, folder / task.name)
        for path in sorted(target.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path.suffix != ".ipynb" or path.parent != target:
                path.unlink()
        ours = shutil.ignore_patterns("*.ipynb")
        shutil.copytree(fresh, target, ignore=ours, dirs_exist_ok=True)

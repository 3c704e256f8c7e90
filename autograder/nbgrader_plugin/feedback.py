"""`nbgrader generate_feedback`: what a student's own page says, on top of each of nbgrader's.

nbgrader makes a page of each graded notebook, and releases pages by the names of notebooks: so there is no further
page, and each of these begins with all that there is to say about the submission. It is made from the report that
`nbgrader autograde` has put beside the graded notebooks, and from what people have entered into the gradebook since.
Where there is no such report, or the gradebook has other scores, the page is nbgrader's alone.
"""

from __future__ import annotations

import fnmatch
import os
import re
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbgrader.converters import GenerateFeedback

from ..checks.text import printable
from ..feedback import student_part
from ..feedback.templates import saved_as_graded
from ..submissions import Submission
from . import report_file
from .bridge import task_of, told_in_one_sentence
from .by_hand import entries
from .conversion import Careful, folders, install
from .copying import Rules

_BODY = re.compile(r"<body\b[^>]*>")
_HEADING = re.compile(r"(</?h)([1-6])\b")
#: nbgrader puts one heading, of the fourth level, above those of the notebook. Below ours it becomes one of the second
#: level, and those of the notebook follow, so much deeper.
_DEEPER, _DEEPEST = 2, 6
_STYLE = """
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  html { font-size: 100%; } /* 10 px in nbgrader's */
  .panel-heading h2 { font-size: 18px; margin: 10px 0; }
  div.nbgrader_cell .panel-heading { height: auto; overflow: hidden; }
  div.nbgrader_cell .panel-heading a { color: inherit; }
  .rendered_html img, .output_area img { max-width: 100%; height: auto; }
  @media (max-width: 44rem) {
    div.cell, .panel-body { padding-left: 0; padding-right: 0; }
    div.prompt { min-width: 0; padding: 0; text-align: left; }
    .container { padding-left: .5rem; padding-right: .5rem; }
    #notebook { overflow-wrap: anywhere; }
    #notebook pre, .rendered_html table { overflow-x: auto; max-width: 100%; display: block; }
  }
</style>
"""


class FeedbackExporter(HTMLExporter, Careful):
    """Makes the pages of `nbgrader generate_feedback`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        converter = self.parent
        if not isinstance(converter, GenerateFeedback):
            raise TypeError(f"{type(self).__name__} belongs into c.GenerateFeedback.exporter_class")
        self._courses = converter.coursedir
        self._parts: tuple[str, dict[str, str]] = ("", {})
        with told_in_one_sentence(self.log):
            self.task = task_of(self._courses)
            self._entries = entries(self.task, self._courses.db_url)

    @classmethod
    def find(cls, converter: Any) -> dict[str, list[str]]:
        """All folders with graded notebooks of the assignment, and these."""
        courses = converter.coursedir
        with told_in_one_sentence(converter.log):
            wanted = fnmatch.filter(task_of(courses).notebooks, courses.notebook_id)
        found = {}
        for folder in folders(converter, courses.autograded_directory):
            paths = [os.path.join(folder, f"{name}.ipynb") for name in wanted]
            if there := [path for path in paths if os.path.isfile(path)]:
                found[folder] = there
        return found

    def rules(self) -> Rules:
        """What is copied: what was handed in, but for pages, which release_feedback would take for ours."""
        return Rules.of(self._courses, report_file.NAME, "*.html")

    def from_filename(  # type: ignore[override]
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of a graded notebook."""
        page, resources = super().from_filename(filename, resources=resources, **kw)
        marks = resources["nbgrader"]
        part = self._part(Path(filename).parent, marks["student"], marks["notebook"])
        return on_top(part, page) if part else page, resources

    def _part(self, folder: Path, student: str, notebook: str) -> str:
        """What is put on top of the page of a notebook; nothing where no report on the submission is at hand."""
        if self._parts[0] != student:
            self._parts = student, self._parts_of(folder, student)
        return self._parts[1].get(notebook, "")

    def _parts_of(self, folder: Path, student: str) -> dict[str, str]:
        """What is put on top of each notebook's page. All are made when the first is asked for."""
        try:
            report = report_file.kept(folder, student, self.task.name)
        except ValueError as error:
            return self._plain(student, str(error))
        if report is None:
            return self._plain(student, "it was not graded by this kit")
        entry = self._entries.get(student)
        if entry is None or not entry.is_about(report):
            return self._plain(student, "the gradebook has other scores than it was given")
        submitted = self._courses.format_path(self._courses.submitted_directory, student, self.task.name)
        with saved_as_graded(report, Submission(student, Path(submitted)), self.task) as saved:
            return {
                notebook: student_part(report, self.task, notebook, by_hand=entry.by_hand, saved=saved)
                for notebook in self.task.notebooks
            }

    def _plain(self, student: str, why: str) -> dict[str, str]:
        self.log.warning(
            "%s: %s, so feedback is nbgrader's page alone; `nbgrader autograde %s --student %s --force` grades it anew",
            printable(student),
            why,
            self.task.name,
            printable(student),
        )
        return {}


def on_top(part: str, page: str) -> str:
    """nbgrader's `page` with `part` on top, and made fit for phones and screen readers as that is."""
    begin = _BODY.search(page)
    place = begin.end() if begin else 0
    head, body = page[:place], page[place:]
    head = head.replace("<html>", '<html lang="en">', 1).replace("</head>", f"{_STYLE}</head>", 1)
    title, end, notebook = body.partition("</h4>")
    if end:
        title, end, body = title.replace("<h4>", "<h2>", 1), "</h2>", notebook
    else:
        title = ""
    return f"{head}\n{part}\n{title}{end}{_HEADING.sub(_deeper, body)}"


def _deeper(heading: re.Match[str]) -> str:
    return f"{heading[1]}{min(int(heading[2]) + _DEEPER, _DEEPEST)}"


install()  # before nbgrader looks for graded notebooks it only imports this

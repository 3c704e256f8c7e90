"""What graders see in formgrader: rubrics beside the answers, and nothing that runs.

nbconvert turns a student's Markdown into HTML as it stands. In formgrader a script in it would run in the grader's
browser, signed in as the grader, and could enter any score. `markdown2html` lets through what text is made of.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bleach  # type: ignore[import-untyped]
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from ..course import Cell, Course
from ..errors import CourseError
from .bridge import node

_TAGS = [
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "hr", "i",
    "h1", "h2", "h3", "h4", "h5", "h6", "img", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small",
    "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
]  # fmt: skip
_ATTRIBUTES = {
    "*": ["class", "title", "align"],
    "a": ["href"],
    "img": ["src", "alt", "width", "height"],
    "ol": ["start"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan"],
}


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Takes the place of nbconvert's filter: Markdown as HTML, without scripts, frames, forms and styles."""
    attachments = (context.get("cell") or {}).get("attachments") or {}
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    page = MarkdownWithMath(renderer=renderer).render(source)
    # A picture that is pasted into a text is a data: URL; as a link, browsers do not follow one.
    return str(bleach.clean(page, _TAGS, _ATTRIBUTES, protocols=["http", "https", "mailto", "data"], strip=True))


class ShowRubric(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts below each question its model answer and rubric, from solutions/, in formgrader only.

    They are added to what is shown and are in no file. nbgrader's feedback to students is made by the same exporter:
    there, nothing is added.
    """

    course = Unicode(help="The course's folder; by default the one that the server was started in or below.").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """`nb` with the rubrics, where formgrader asks; as it is everywhere else."""
        if "nbgrader" in resources or "submission_id" not in resources:
            return nb, resources
        try:
            course = Course(Path(self.course)) if self.course else Course.find()
            solutions = course.assignment(resources["assignment_id"]).cells
        except (CourseError, OSError) as error:
            self.log.warning("rubrics cannot be shown: %s", error)
            return nb, resources
        rubrics = {
            cell.grade_id: cell
            for cell in solutions
            if cell.notebook == resources["notebook_id"] and cell.grade and cell.solution
        }
        cells = []
        for cell in nb.cells:
            cells.append(cell)
            rubric = rubrics.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
            if rubric is not None:
                cells.append(node(_shown(rubric)))
        nb.cells = cells
        return nb, resources


def _shown(rubric: Cell) -> dict[str, Any]:
    text = f"**For graders:** the model answer to `{rubric.grade_id}` and its rubric.\n\n{rubric.source}"
    quoted = "\n".join(f"> {line}" for line in text.splitlines())
    return {"cell_type": "markdown", "id": f"rubric-{rubric.grade_id}"[:64], "metadata": {}, "source": quoted}

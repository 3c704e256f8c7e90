"""What graders see in formgrader: rubrics beside the answers, and nothing that runs.

nbconvert turns a student's Markdown into HTML as it stands. In formgrader a script in it would run in the grader's
browser, signed in as the grader, and could enter any score. A picture or a link is enough to do worse: formgrader runs
the `nbgrader_config.py` of whatever folder an address of its names. `markdown2html` lets through what text is made of,
and `closing` closes that door in the server.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bleach.html5lib_shim import Filter  # type: ignore[import-untyped]
from bleach.sanitizer import Cleaner  # type: ignore[import-untyped]
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from ..course import Cell, Course
from ..errors import CourseError
from .bridge import node
from .closing import close
from .long_texts import with_plain_texts

_TAGS = [
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "hr", "i",
    "h1", "h2", "h3", "h4", "h5", "h6", "img", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small",
    "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
]  # fmt: skip
_ATTRIBUTES = {"a": "href", "img": "src alt width height", "ol": "start", "td": "colspan rowspan"}
_ATTRIBUTES["th"] = _ATTRIBUTES["td"]
#: Those of highlighted code. With others of formgrader's own a text could cover the page or look like a rubric.
_CLASSES = re.compile(r"highlight|[a-z]{1,2}[0-9]?")
#: Pasted into the text, or lying beside the notebook. Any other address would be asked for with the grader's rights.
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[\w+/=]*|(\w[\w. -]*/)*\w[\w. -]*\.(png|jpe?g|gif|webp)")


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Takes the place of nbconvert's filter: Markdown as HTML, without scripts, frames, forms and styles.

    Links are to be clicked in what students get, and show where they lead in formgrader.
    """
    attachments = _Once((context.get("cell") or {}).get("attachments") or {})
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    page = MarkdownWithMath(renderer=renderer).render(source)
    filters = [] if _in_feedback(context.get("resources") or {}) else [_Addresses]
    protocols = ["http", "https", "mailto", "data"]
    return str(Cleaner(_TAGS, _allowed, protocols=protocols, strip=True, filters=filters).clean(page))


class _Once(dict[str, Any]):
    """The pictures that are attached to a text, each to be shown once: it may be large, and named a thousand times. One
    that is not there, as it was none that may be shown, is an empty one; nbconvert would give up."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> Any:
        return self.pop(name, None) or {"image/png": ""}


def _allowed(tag: str, name: str, value: str) -> bool:
    """Whether the attribute may stay."""
    if name == "class":
        return all(_CLASSES.fullmatch(word) for word in value.split())
    if tag == "img" and name == "src":
        return _PICTURE.fullmatch(value) is not None
    return name in ("title", "align") or name in _ATTRIBUTES.get(tag, "").split()


class _Addresses(Filter):  # type: ignore[misc]
    """Has texts say where their links lead, and nothing to click on."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        addresses: list[str] = []
        for token in super().__iter__():
            if token.get("name") != "a":
                yield token
            elif token["type"] == "StartTag":
                addresses.append(str(token["data"].get((None, "href"), "")))
            elif address := addresses.pop() if addresses else "":
                yield {"type": "Characters", "data": f" ({address})"}


def _in_feedback(resources: Mapping[str, Any]) -> bool:
    """Whether a page for a student is made. The same exporter makes formgrader's."""
    return "nbgrader" in resources


class ShowRubric(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts below each question its model answer and rubric, from solutions/, in formgrader only; and keeps a student's
    texts from holding up the making of a page.

    They are added to what is shown and are in no file; so is what mends formgrader's own pages.
    """

    course = Unicode(help="The course's folder; by default the one that the server was started in or below.").tag(
        config=True
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        close()  # formgrader makes one of these when it starts

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """`nb` with its very long texts plain; with the rubrics where formgrader asks, and nowhere else."""
        nb.cells = list(with_plain_texts(nb.cells))
        if _in_feedback(resources) or "submission_id" not in resources:
            return nb, resources
        rubrics = self._rubrics(resources["assignment_id"], resources["notebook_id"])
        cells = [node(_shown("formgrader-mended", _MENDED))]
        for cell in nb.cells:
            cells.append(cell)
            rubric = rubrics.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
            if rubric is not None:
                cells.append(node(_shown(f"rubric-{rubric.grade_id}"[:64], _panel(rubric))))
        nb.cells = cells
        return nb, resources

    def _rubrics(self, assignment: str, notebook: str) -> dict[str, Cell]:
        """The questions of a notebook as solutions/ has them, by their ids."""
        try:
            course = Course(Path(self.course)) if self.course else Course.find()
            cells = course.assignment(assignment).cells
        except (CourseError, OSError) as error:
            self.log.warning("rubrics cannot be shown: %s", error)
            return {}
        return {cell.grade_id: cell for cell in cells if cell.notebook == notebook and cell.grade and cell.solution}


#: Without MathJax, which is loaded from the Internet for formulas, formgrader's script would stop before it has set up
#: the keyboard. With it, formulas could be links to click on. And every picture would have a thick red frame, as if it
#: were wrong.
_MENDED = """
<script>
  window.MathJax ||= { Hub: { Config: () => {}, Startup: { signal: { Interest: (hear) => hear("End") } } } };
  MathJax.Hub.Config({ Safe: { allow: { URLs: "none" } } });
</script>
<style>#notebook img { border: 1px solid #ccc; }</style>
"""
_PANEL = (
    "<div class='panel panel-info'><div class='panel-heading'><b>For graders:</b> the model answer to "
    "<code>{}</code> and its rubric.</div><div class='panel-body rendered_html'>{}</div></div>"
)


def _panel(rubric: Cell) -> str:
    """The rubric as no student's text can look."""
    return _PANEL.format(html.escape(rubric.grade_id), markdown2html({}, rubric.source))  # type: ignore[arg-type]


def _shown(id: str, page: str) -> dict[str, Any]:
    """A cell that shows HTML of ours. A student's, once it is mended, shows none."""
    return {
        "cell_type": "code",
        "id": id,
        "metadata": {"transient": {"remove_source": True}},
        "execution_count": None,
        "source": "",
        "outputs": [{"output_type": "display_data", "data": {"text/html": page}, "metadata": {}}],
    }

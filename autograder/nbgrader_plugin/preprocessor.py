"""What `nbgrader autograde` does with a notebook instead of executing it: shows the scores, and saves them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from ..errors import CourseError
from ..notebook_outputs import notice
from .bridge import node
from .exporter import GradingExporter
from .gradebook import save_notebook
from .outputs import score_of
from .report_file import keep


class GradeSubmission(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes the place of nbgrader's `Execute`: puts into each graded cell the points of its item, and why."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """`nb` with the scores in it. The submission is graded with its first notebook, once for all of them."""
        exporter = _exporter(self)
        student, notebook = resources["nbgrader"]["student"], resources["nbgrader"]["notebook"]
        report = exporter.report(student)
        results = {result.id: result for result in report.items}
        for cell in nb.cells:
            marks = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "code" and marks.get("grade") and not marks.get("solution"):
                cell.outputs = node(score_of(results[marks["grade_id"]]))
        warning = [] if exporter.isolated else [report.isolation]
        remarks = [*warning, *exporter.notes(student, notebook), *exporter.run_again(student, notebook, nb.cells)]
        if remarks:
            lines = notice(["About the grading of this submission:", *(f"- {remark}" for remark in remarks)])
            nb.cells.insert(0, node({**_REMARKS, "source": lines}))
        return nb, resources


_REMARKS = {"cell_type": "markdown", "id": "about-the-grading", "metadata": {}}


class SaveScores(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes the place of nbgrader's `SaveAutoGrades`: saves the scores of the report, not what the cells show.

    An item that could not be graded for a reason that is not the submission's has no score and waits for a person.
    nbgrader has no number for that: whatever a cell shows is 0 points or more.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """`nb` as it is; its scores are in the gradebook, and the report beside it, for feedback."""
        exporter = _exporter(self)
        about = resources["nbgrader"]
        report, course = exporter.report(about["student"]), exporter.task.course
        save_notebook(report, course, about["notebook"], about["db_url"], patience=exporter.lock_seconds)
        keep(report, Path(resources["metadata"]["path"]))
        return nb, resources


def _exporter(preprocessor: Any) -> GradingExporter:
    exporter = preprocessor.parent
    if not isinstance(exporter, GradingExporter):
        raise CourseError(
            f"{type(preprocessor).__name__} works together with GradingExporter only; take the lines of c.Autograde "
            "over from the kit's nbgrader_config.py"
        )
    return exporter

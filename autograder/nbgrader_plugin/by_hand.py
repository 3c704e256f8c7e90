"""What people have decided, out of nbgrader's gradebook: scores, comments and extra credit by hand, late penalties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbgrader.api import MissingEntry

from .. import fences
from ..checks.text import printable
from ..course import Assignment
from ..feedback import ByHand, Mark
from ..grading import Report
from .gradebook import PATIENCE_SECONDS, auto_score, cell_names, check_database, opened, patiently, submissions

_NAMED = 5


@dataclass(frozen=True)
class Entry:
    """What the gradebook has about one submission: what people have decided, and the scores by checks."""

    by_hand: ByHand
    scores: Mapping[str, float | None]

    def is_about(self, report: Report) -> bool:
        """Whether the scores by checks are those of `report`: only then do totals come out as nbgrader has them."""
        return self.scores == {result.id: auto_score(result) for result in report.items}


def entries(assignment: Assignment, db_url: str, *, patience: float = PATIENCE_SECONDS) -> dict[str, Entry]:
    """What the gradebook has about each submission of `assignment`, by student.

    Raises `GradebookError` where the gradebook cannot be used.
    """
    check_database(db_url, patience)
    commented = items_of_solutions(assignment)

    def read() -> dict[str, Entry]:
        with opened(db_url, assignment.course, patience) as gradebook:
            names = cell_names(gradebook)
            try:
                found = submissions(gradebook, assignment)
            except MissingEntry:  # it does not know the assignment
                return {}
            return {student: _entry(submission, names, commented) for student, submission in found.items()}

    return patiently(read, db_url, patience)


def decisions(
    reports: Sequence[Report], assignment: Assignment, db_url: str, *, patience: float = PATIENCE_SECONDS
) -> tuple[dict[str, ByHand], list[str]]:
    """What people have decided, by submission, and what is wrong with that: which of `reports` are of other scores than
    the gradebook's. Raises `GradebookError` where the gradebook cannot be used."""
    found = entries(assignment, db_url, patience=patience)
    others = [r.submission for r in reports if r.submission not in found or not found[r.submission].is_about(r)]
    problems = []
    if others:
        names = ", ".join(map(printable, others[:_NAMED])) + (", ..." if len(others) > _NAMED else "")
        problems.append(
            f"the gradebook has not the scores of {len(others)} of {len(reports)} reports, so their totals are not "
            f"nbgrader's ({names}); `autograder grade --gradebook` writes scores and reports that agree"
        )
    return {student: entry.by_hand for student, entry in found.items()}, problems


def _entry(submission: Any, names: Mapping[str, str], commented: Mapping[str, str]) -> Entry:
    comments: dict[str, list[str]] = {}
    scores: dict[str, float | None] = {}
    marks: dict[str, Mark] = {}
    for notebook in submission.notebooks:
        for comment in notebook.comments:
            if comment.manual_comment:
                cell = names[comment.cell_id]
                comments.setdefault(commented.get(cell, cell), []).append(comment.manual_comment)
        for grade in notebook.grades:
            id = names[grade.cell_id]
            scores[id] = grade.auto_score
            # Of a grade without any score, nbgrader does not count extra credit either.
            scored = grade.manual_score is not None or grade.auto_score is not None
            marks[id] = Mark(grade.manual_score, (grade.extra_credit or 0.0) if scored else 0.0)
    for id, texts in comments.items():
        mark = marks.get(id, Mark())
        marks[id] = Mark(mark.points, mark.extra, "\n".join(texts))
    penalty = sum(notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks)
    return Entry(ByHand({id: mark for id, mark in marks.items() if mark != Mark()}, penalty), scores)


def items_of_solutions(assignment: Assignment) -> dict[str, str]:
    """The item that each cell with a solution belongs to: a comment on the one is about the other."""
    return {
        cell.grade_id: fence.id
        for cell in assignment.cells
        if cell.solution and cell.cell_type == "code"
        for fence in fences.find(cell.source, f"{cell.notebook}.ipynb")
    }

"""Outputs that were produced here, in the place of those that a student handed in, where an instructor wants them."""

from __future__ import annotations

from typing import Any

from .. import scratch
from ..checks.errors import NotGraded
from ..course import Assignment
from ..errors import SubmissionError
from ..rerun.beside import add_beside
from ..rerun.limits import Limits
from ..rerun.reproduction import reproduce
from ..submissions import Submission, lay_out
from .bridge import node


def run_again(task: Assignment, submission: Submission, notebook: str, cells: Any, limits: Limits) -> list[str]:
    """Run the `cells` of the `notebook` of `submission` again, and put their outputs into them.

    Returns what is to be said about that. Where it fails, the outputs stay those that were handed in.
    """
    with scratch.folder() as place:
        try:
            work = lay_out(submission, place / "work", list(task.notebooks), list(task.modules)).folder
            remarks = add_beside(task, submission, notebook, work)
            reproduction = reproduce(task, work, cells, limits)
        except (NotGraded, SubmissionError, OSError) as error:
            return [f"it could not be run again, and what it shows is what was handed in: {error}"]
    for number, outputs in reproduction.outputs.items():
        cells[number].outputs = node(outputs)
    return [*remarks, reproduction.remark] if reproduction.remark else remarks

"""`autograder grade --gradebook`: from reports straight into the gradebook, past nbgrader's notebooks and kernels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..checks.text import printable
from ..course import Assignment
from ..grading import Report
from ..submissions import Submission
from .gradebook import GradebookError, default_url, released, write
from .late import LatePolicy
from .timestamps import timestamps

_NAMED = 5


class Target:
    """The gradebook that a class is graded into.

    It is looked at when this is made, before anything is graded: raises `CourseError` where it, or the table `[late]`,
    cannot be used. `db_url` is nbgrader's own place for it if it is "".
    """

    def __init__(self, assignment: Assignment, db_url: str = "") -> None:
        self._assignment = assignment
        self._db_url = db_url or default_url(assignment.course)
        LatePolicy.of(assignment)
        released(assignment, self._db_url)

    def check(self, submissions: Sequence[Submission]) -> None:
        """Raise `GradebookError` for submissions whose names are not those that the gradebook must have them under."""
        if renamed := [one for one in submissions if one.original is not None]:
            names = ", ".join(f"{printable(one.original or '')} (as {one.name})" for one in renamed[:_NAMED])
            more = ", ..." if len(renamed) > _NAMED else ""
            raise GradebookError(
                f"{len(renamed)} of {len(submissions)} submissions have no name that a gradebook can have beside the "
                f"others, printable and whatever its case: {names}{more}; nothing was entered. Rename their folders, "
                "or grade them one at a time"
            )

    def write(self, reports: Sequence[Report], submissions: Sequence[Submission]) -> Iterator[str]:
        """Write `reports`, with the times at which `submissions` were handed in; yield what is to be said about it.

        Raises `GradebookError` where the gradebook cannot be used any more, writing again goes on; and before anything
        is written for what `check` refuses.
        """
        self.check(submissions)
        times, notes = timestamps(submissions)
        yield from notes
        new = write(reports, self._assignment, self._db_url, times)
        yield f"{len(reports)} submissions in {self._db_url.removeprefix('sqlite:///')}"
        if new:
            names = ", ".join(map(printable, new[:_NAMED])) + (", ..." if len(new) > _NAMED else "")
            yield f"{len(new)} students were new to it: {names}"

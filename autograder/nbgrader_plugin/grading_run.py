"""The submissions of one `nbgrader autograde`, graded one after the other, each once for all its notebooks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from .. import scratch
from ..course import Assignment
from ..errors import SubmissionError
from ..grading import Options, Report, grade_many
from ..mending import MAX_BYTES
from ..submissions import Submission, lay_out

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class GradingRun:
    """Grades submissions of `task`. nbgrader takes them one by one, so that only the latest is kept in mind."""

    task: Assignment
    options: Options

    def __post_init__(self) -> None:
        self._notebooks: tuple[Submission, dict[str, bytes]] | None = None
        self._report: tuple[Submission, Report] | None = None

    def report(self, student: str, folder: Path) -> Report:
        """What became of the student's submission in `folder`; it is graded when it is asked for first.

        Where that fails for a reason that is not the submission's, its items are "not graded".
        """
        submission = Submission(student, folder)
        if self._report is None or self._report[0] != submission:
            (report,) = grade_many([submission], self.task.course, self.task.name, self.options, _Here())
            self._report = submission, report
        return self._report[1]

    def notebook(self, student: str, folder: Path, name: str) -> bytes | None:
        """The content of a notebook of the submission, found where the grader finds it; None if it has none."""
        submission = Submission(student, folder)
        if self._notebooks is None or self._notebooks[0] != submission:
            self._notebooks = submission, self._read(submission)
        return self._notebooks[1].get(name)

    def _read(self, submission: Submission) -> dict[str, bytes]:
        with scratch.folder() as folder:
            try:
                layout = lay_out(submission, folder / "work", list(self.task.notebooks), list(self.task.modules))
            except (SubmissionError, OSError):  # which the report says
                return {}
            paths = {name: layout.folder / f"{name}.ipynb" for name in self.task.notebooks}
            return {name: _start_of(path) for name, path in paths.items() if path.is_file()}


def _start_of(path: Path) -> bytes:
    """The content of a file; of one that is too large to be mended, enough to see that it is."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


class _Here(Executor):
    """Carries calls out at once, in this thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `fn`; what comes of it is in the future that is returned."""
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done

"""One submission in, one report out; many submissions through any `concurrent.futures.Executor`."""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor as Pool
from concurrent.futures import as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .checks import topics
from .checks.engine import VISIBLE, Case, ItemResult, run_check
from .checks.errors import NotGraded, WorkerFault
from .checks.executor import CodeError
from .checks.kit import Item
from .checks.messages import say
from .checks.registry import CHECKS
from .checks.saved import read_saved
from .checks.student import Code
from .checks.values import Array
from .course import Assignment, Course
from .errors import CourseError, SubmissionError
from .reference import live_reference
from .sandbox import ISOLATION
from .sandbox.limits import Limits
from .sandbox.session import WorkerSession
from .submissions import Submission, lay_out

SCHEMA = 1
__all__ = ["Options", "Report", "grade_many", "grade_one", "topics"]


@dataclass(frozen=True)
class Options:
    """How to grade: only the items called `items` (all if empty), within `limits`."""

    items: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Report:
    """What became of one submission."""

    submission: str
    assignment: str
    items: tuple[ItemResult, ...]
    notes: tuple[str, ...] = ()
    digest: str = ""
    isolation: str = ISOLATION

    @property
    def score(self) -> float:
        """The points earned by checks."""
        return round(sum(item.points for item in self.items), 2)

    @property
    def max_score(self) -> float:
        """The points that could be earned, a person's included."""
        return round(sum(item.max_points for item in self.items), 2)

    @property
    def graded(self) -> bool:
        """Whether everything that a check could grade was graded."""
        return all(item.verdict != "not graded" for item in self.items)

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "schema": SCHEMA,
            "submission": self.submission,
            "assignment": self.assignment,
            "isolation": self.isolation,
            "digest": self.digest,
            "score": self.score,
            "max_score": self.max_score,
            "items": [item.as_json() for item in self.items],
            "notes": list(self.notes),
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Report:
        """The report that `as_json` wrote."""
        return Report(
            data["submission"],
            data["assignment"],
            tuple(ItemResult(**item) for item in data["items"]),
            tuple(data["notes"]),
            data["digest"],
            data["isolation"],
        )


def grade_one(submission: Submission, root: Path, assignment: str, options: Options = Options()) -> Report:
    """Grade one submission of the course at `root`. Pure, picklable work; never raises over a submission."""
    course = Course(root)
    task = course.assignment(assignment)
    items = [task.item(id) for id in options.items] or task.items
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        try:
            layout = lay_out(submission, Path(scratch) / "work", list(task.notebooks), list(task.modules))
        except SubmissionError as error:
            nothing = [ItemResult(i.id, "missing", 0.0, i.points, say("unreadable")) for i in items]
            return Report(submission.name, assignment, tuple(nothing), (str(error),))
        digest = _digest(layout.folder)
        fallback = task.release / "cs231n"
        if not fallback.is_dir():
            raise CourseError(f"{fallback} does not exist; run `autograder build` first")
        notes = list(layout.notes)
        with WorkerSession(layout.folder, fallback, options.limits) as session:
            grader = _Grader(task, session, layout.folder)
            results = [grader.grade(item) for item in items]
            notes += grader.notes
        return Report(submission.name, assignment, tuple(results), tuple(notes), digest)


class _Grader:
    """Grades the items of one submission in order."""

    def __init__(self, task: Assignment, session: WorkerSession, folder: Path) -> None:
        self._task, self._session, self._folder = task, session, folder
        self._reference = _reference(task.course.root)
        self._cases = (VISIBLE, *(Case(seed, False) for seed in task.course.hidden_seeds))
        self._verdicts: dict[str, str] = {}
        self._surveys: dict[str, dict[str, Any] | str] = {}
        self.notes: list[str] = []

    def grade(self, item: Item) -> ItemResult:
        """Grade `item`."""
        result = self._question(item) if item.kind == "question" else self._check(item)
        self._verdicts[item.id] = result.verdict
        return result

    def _check(self, item: Item) -> ItemResult:
        check = CHECKS[item.id]
        for need in check.needs:
            if self._verdicts.get(need) in ("timeout", "memory"):  # it would only wait for the same again
                return ItemResult(item.id, "blocked", 0.0, item.points, say("blocked", needs=need))
        return run_check(
            check,
            item.points,
            lambda case: Code(self._session, seed=case.seed, saved=self._saved),
            lambda case: self._reference(item.id, case),
            self._cases,
            self._verdicts,
        )

    def _saved(self, name: str) -> dict[str, Array]:
        path = self._folder / "saved" / name
        if not path.is_file():
            raise CodeError("FileNotFoundError", say("missing_file", file=f"saved/{name}"))
        return read_saved(path)

    def _question(self, item: Item) -> ItemResult:
        try:
            answer = self._survey(item.notebook)
        except NotGraded as fault:
            return ItemResult(item.id, "not graded", 0.0, item.points, say("not_graded", why=fault))
        if isinstance(answer, str):
            return ItemResult(item.id, "missing", 0.0, item.points, f"{item.notebook}.ipynb: {answer}.")
        text = str(answer.get("answers", {}).get(item.id, "")).strip()
        message = say("untouched" if text in ("", "YOUR ANSWER HERE") else "manual")
        return ItemResult(item.id, "manual", 0.0, item.points, message)

    def _survey(self, notebook: str) -> dict[str, Any] | str:
        """What the notebook holds, or why it cannot be read."""
        if notebook not in self._surveys:
            try:
                self._surveys[notebook] = self._session.notebook(f"{notebook}.ipynb")
            except CodeError as error:
                self._surveys[notebook] = error.text
                self.notes.append(f"{notebook}.ipynb: {error.text}")
            except WorkerFault as fault:
                self._surveys[notebook] = fault.text
                self.notes.append(f"{notebook}.ipynb: {fault.text}")
        return self._surveys[notebook]


@functools.cache
def _reference(root: Path) -> Callable[[str, Case], Code]:
    return live_reference(Course(root))


def _digest(folder: Path) -> str:
    """A hash of everything in the folder that is graded."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(os.fsencode(path.relative_to(folder)) + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def grade_many(
    submissions: Sequence[Submission], course: Course, assignment: str, options: Options, pool: Pool
) -> Iterator[Report]:
    """Grade submissions in `pool`; yields reports as they come, in no particular order.

    Where grading one fails for a reason that is not the submission's, its items are "not graded".
    """
    waiting = {
        pool.submit(grade_one, submission, course.root, assignment, options): submission for submission in submissions
    }
    for done in as_completed(waiting):
        try:
            yield done.result()
        except (CourseError, NotGraded):
            raise
        except Exception as error:  # the pool's process was killed, the disk is full, ...: theirs is not lost for it
            why = say("not_graded", why=f"{type(error).__name__}: {error}")
            items = course.assignment(assignment).items
            chosen = [item for item in items if not options.items or item.id in options.items]
            results = tuple(ItemResult(item.id, "not graded", 0.0, item.points, why) for item in chosen)
            yield Report(waiting[done].name, assignment, results)

"""One submission in, one report out; many submissions through any `concurrent.futures.Executor`."""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor as Pool
from concurrent.futures import as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from . import scratch
from .checks import topics
from .checks.engine import VISIBLE, Case, ItemResult, Judging, judge_all
from .checks.errors import NotGraded, WorkerFault
from .checks.executor import CodeError
from .checks.kit import Item
from .checks.messages import say
from .checks.registry import CHECKS
from .checks.saved import read_saved
from .checks.student import Code
from .checks.text import printable
from .checks.values import Array
from .checks.written import is_written
from .course import Assignment, Course
from .errors import CourseError, SubmissionError
from .reference import import_solutions, live_reference
from .sandbox.limits import Limits
from .sandbox.modes import Isolation, choose
from .sandbox.runtime import shows
from .sandbox.session import WorkerSession
from .submissions import Submission, lay_out

SCHEMA = 1
#: Joins the ways in which the code was kept apart, where a report's items were graded at different times.
_EARLIER = "; some items earlier: "
__all__ = ["Options", "Report", "grade_many", "grade_one", "topics"]


@dataclass(frozen=True)
class Options:
    """How to grade: only the items called `items` (all if empty), within `limits`, the code kept apart by `isolation`
    (None: as well as this machine can)."""

    items: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    isolation: Isolation | None = None

    def chosen(self) -> Isolation:
        """The isolation to use; raises `IsolationError` where it is to be the best and there is none."""
        return self.isolation or choose()


@dataclass(frozen=True)
class Report:
    """What became of one submission; `isolation` says in words how its code was kept apart.

    `notes` are for the student as well, `private_notes` for instructors alone: they speak of the checks.
    """

    submission: str
    assignment: str
    items: tuple[ItemResult, ...]
    isolation: str
    notes: tuple[str, ...] = ()
    digest: str = ""
    private_notes: tuple[str, ...] = ()

    @property
    def all_notes(self) -> tuple[str, ...]:
        """What an instructor reads."""
        return (*self.notes, *self.private_notes)

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
            "private_notes": list(self.private_notes),
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Report:
        """The report that `as_json` wrote."""
        return Report(
            data["submission"],
            data["assignment"],
            tuple(map(ItemResult.from_json, data["items"])),
            data["isolation"],
            tuple(data["notes"]),
            data["digest"],
            tuple(data.get("private_notes", ())),  # reports of earlier versions have none
        )


def grade_one(
    submission: Submission, root: Path, assignment: str, options: Options = Options(), earlier: Report | None = None
) -> Report:
    """Grade one submission of the course at `root`. Pure, picklable work; never raises over a submission.

    `earlier` is its report from an earlier run with the same options: it holds if the submission is still the same, and
    of the items only those are graded that are not in it.
    """
    course = Course(root)
    task = course.assignment(assignment)
    items = [task.item(id) for id in options.items] or task.items
    isolation = options.chosen()
    if isolation.isolated and (shown := shows(course.root)):
        raise CourseError(f"the course lies in {shown}, which submissions' code can read; move it somewhere else")
    with scratch.folder() as folder:
        try:
            layout = lay_out(submission, folder / "work", list(task.notebooks), list(task.modules))
        except SubmissionError as error:
            nothing = [ItemResult(i.id, "missing", 0.0, i.points, say("unreadable")) for i in items]
            return Report(submission.name, assignment, tuple(nothing), isolation.describe(), (str(error),))
        digest = digest_of(layout.folder)
        known = earlier if earlier is not None and earlier.digest == digest else None
        held = {result.id: result for result in known.items} if known else {}
        left = [item for item in items if item.id not in held]
        if known and not left:
            return known
        fallback = task.release / "cs231n"
        if not fallback.is_dir():
            raise CourseError(f"{fallback} does not exist; run `autograder build` first")
        with WorkerSession(layout.folder, fallback, options.limits, isolation, task.preload) as session:
            grader = _Grader(task, session, layout.folder)
            held |= {result.id: result for result in grader.grade(left, held)}
        results = tuple(held[item.id] for item in items)
        notes = (*layout.notes, *grader.notes)
        private = tuple(grader.private_notes)
        report = Report(submission.name, assignment, results, isolation.describe(), notes, digest, private)
        return _after(known, report) if known else report


def _after(earlier: Report, report: Report) -> Report:
    """`report`, some of whose items are from an `earlier` one, with what was said there."""
    ways = dict.fromkeys([report.isolation, *earlier.isolation.split(_EARLIER)])
    return replace(
        report,
        isolation=_EARLIER.join(ways),
        notes=tuple(dict.fromkeys([*earlier.notes, *report.notes])),
        private_notes=tuple(dict.fromkeys([*earlier.private_notes, *report.private_notes])),
    )


class _Grader:
    """Grades the items of one submission."""

    def __init__(self, task: Assignment, session: WorkerSession, folder: Path) -> None:
        self._task, self._session, self._folder = task, session, folder
        self._reference = _reference(task.course.root, task.name)
        self._cases = (VISIBLE, *(Case(seed, False) for seed in task.course.hidden_seeds))
        self._surveys: dict[str, dict[str, Any] | str] = {}
        self.notes: list[str] = []
        self.private_notes: list[str] = []

    def grade(self, items: Sequence[Item], held: Mapping[str, ItemResult]) -> list[ItemResult]:
        """Grade `items`: questions first, in a worker that has not run any of the submission's code yet. Results of
        others are `held`."""
        results = {item.id: self._question(item) for item in items if item.kind == "question"}
        judgings = [self._judging(item) for item in items if item.kind != "question"]
        earlier = {id: result.verdict for id, result in held.items()}
        results |= {result.id: result for result in judge_all(judgings, self._cases, earlier)}
        self.private_notes.extend(note for judging in judgings for note in judging.notes)
        return [results[item.id] for item in items]

    def _judging(self, item: Item) -> Judging:
        return Judging(
            CHECKS[item.id],
            item.points,
            lambda case: Code(self._session, seed=case.seed, saved=self._saved),
            lambda case: self._reference(item.id, case),
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
            return ItemResult(item.id, "missing", 0.0, item.points, f"{item.notebook}.ipynb: {answer.rstrip('.')}.")
        answers = answer.get("answers")
        text = answers.get(item.id) if type(answers) is dict else None
        written = type(text) is str and is_written(text)
        message = say("manual" if written else "untouched")
        return ItemResult(item.id, "manual", 0.0, item.points, message)

    def _survey(self, notebook: str) -> dict[str, Any] | str:
        """What the notebook holds, or why it cannot be read."""
        if notebook not in self._surveys:
            try:
                self._surveys[notebook] = self._session.notebook(f"{notebook}.ipynb")
            except (CodeError, WorkerFault, MemoryError) as error:
                text = "it is too large to be read" if isinstance(error, MemoryError) else error.text
                self._surveys[notebook] = why = printable(text or type(error).__name__)
                self.notes.append(f"{notebook}.ipynb: {why}")
        return self._surveys[notebook]


@functools.cache
def _reference(root: Path, assignment: str) -> Callable[[str, Case], Code]:
    course = Course(root)
    checks = [CHECKS[item.id] for item in course.assignment(assignment).items if item.id in CHECKS]
    import_solutions(course, (check.module for check in checks if check.module))
    return live_reference(course)


def digest_of(folder: Path) -> str:
    """A hash of everything in the folder that is graded."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(os.fsencode(path.relative_to(folder)) + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def grade_many(
    submissions: Sequence[Submission],
    course: Course,
    assignment: str,
    options: Options,
    pool: Pool,
    earlier: Mapping[str, Report] | None = None,
) -> Iterator[Report]:
    """Grade submissions in `pool`; yields reports as they come, in no particular order.

    `earlier` holds reports of an earlier run by submission. Where grading one fails for a reason that is not the
    submission's, its items are "not graded".
    """
    known = earlier or {}
    waiting = {
        pool.submit(grade_one, one, course.root, assignment, options, known.get(one.name)): one for one in submissions
    }
    for done in as_completed(waiting):
        try:
            yield done.result()
        except CourseError:
            raise
        except Exception as error:  # a process was killed, the disk is full, ...: theirs is not lost for it
            cause = str(error) if isinstance(error, NotGraded) else f"{type(error).__name__}: {error}"
            task = course.assignment(assignment)
            yield not_graded(waiting[done].name, task, cause, options.chosen().describe(), options.items)


def not_graded(name: str, task: Assignment, why: str, isolation: str, items: Sequence[str] = ()) -> Report:
    """The report on the submission `name` that nothing could be said about, for a reason that is not its own; of only
    the items called `items`, if any are."""
    chosen = [item for item in task.items if not items or item.id in items]
    message = say("not_graded", why=why)
    results = tuple(ItemResult(item.id, "not graded", 0.0, item.points, message) for item in chosen)
    return Report(name, task.name, results, isolation)

"""Writes reports into nbgrader's gradebook, through nbgrader's API.

What a check found is the `auto_score` of an item; a question that was answered, and an item that could not be graded,
have none and wait for a person. What a person has entered (manual scores, comments, extra credit, extensions) is never
touched. As nbgrader does it, a regrade asks for a second look at items that a person had scored: the work may be new.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from alembic.script import ScriptDirectory
from nbgrader.api import BaseCell, Gradebook, InvalidEntry, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.utils import parse_utc
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import selectinload

from ..checks.engine import ItemResult
from ..checks.messages import say
from ..course import Assignment, Course
from ..errors import CourseError
from ..grading import Report
from ..mending import SourceCell
from .late import LatePolicy

#: How long a database that another program is writing to is waited for.
PATIENCE_SECONDS = 30.0
_PAUSE = 0.2
NO_RESPONSE = "No response."  # nbgrader's own words

T = TypeVar("T")


class GradebookError(CourseError):
    """The gradebook cannot be used; the message says what to do."""


def default_url(course: Course) -> str:
    """Where nbgrader keeps the course's gradebook, unless it is told otherwise."""
    return f"sqlite:///{course.root / 'gradebook.db'}"


def write(
    reports: Sequence[Report],
    assignment: Assignment,
    db_url: str,
    timestamps: Mapping[str, datetime] | None = None,
    *,
    patience: float = PATIENCE_SECONDS,
) -> list[str]:
    """Write the scores of `reports`; return the students that the gradebook did not know and now has.

    `timestamps` say when students handed in (UTC). Raises `GradebookError` where the gradebook cannot be used; what was
    written until then is right, and writing again goes on.
    """
    check_database(db_url, patience)
    policy = LatePolicy.of(assignment)
    new: list[str] = []

    def write_all() -> None:
        with opened(db_url, assignment.course, patience) as gradebook:
            check_cells(gradebook, assignment)
            for report in reports:
                _enter(gradebook, report, new)
            entered, names = submissions(gradebook, assignment), cell_names(gradebook)
            for report in reports:
                submission = entered[report.submission]
                if timestamps and report.submission in timestamps:
                    submission.timestamp = parse_utc(timestamps[report.submission])
                for notebook in submission.notebooks:
                    _save(notebook, report, names)
                    _set_late_penalty(gradebook, submission, notebook, policy)
            gradebook.db.commit()

    patiently(write_all, db_url, patience)
    return new


def released(assignment: Assignment, db_url: str, *, patience: float = PATIENCE_SECONDS) -> dict[str, list[SourceCell]]:
    """The cells of each notebook as students got them, for those who are about to write scores.

    Raises `GradebookError` where the gradebook cannot be used, or not be written to.
    """
    check_database(db_url, patience)
    _check_writable(db_url, patience)

    def read() -> dict[str, list[SourceCell]]:
        with opened(db_url, assignment.course, patience) as gradebook:
            check_cells(gradebook, assignment)
            return release_cells(gradebook, assignment)

    return patiently(read, db_url, patience)


def knows(assignment: Assignment, db_url: str, *, patience: float = PATIENCE_SECONDS) -> bool:
    """Whether there is a gradebook that has the assignment. Raises `GradebookError` for one that cannot be used."""
    if not _is_there(_parsed(db_url)):
        return False
    check_database(db_url, patience)

    def read() -> bool:
        with opened(db_url, assignment.course, patience) as gradebook:
            return bool(release_cells(gradebook, assignment))

    return patiently(read, db_url, patience)


def save_notebook(report: Report, course: Course, notebook: str, db_url: str, *, patience: float) -> None:
    """Write the scores of one notebook of a submission that the gradebook has."""

    def save() -> None:
        with opened(db_url, course, patience) as gradebook:
            submitted = gradebook.find_submission_notebook(notebook, report.assignment, report.submission)
            _save(submitted, report, cell_names(gradebook))
            gradebook.db.commit()

    patiently(save, db_url, patience)


def _enter(gradebook: Any, report: Report, new: list[str]) -> None:
    """Enter the student and the submission into the gradebook, unless they are in it."""
    try:
        gradebook.find_student(report.submission)
    except MissingEntry:
        gradebook.add_student(report.submission)
        new.append(report.submission)
    try:
        gradebook.find_submission(report.assignment, report.submission)
    except MissingEntry:
        with gradebook.db.no_autoflush:  # of an object that nbgrader has not finished
            gradebook.add_submission(report.assignment, report.submission)


def submissions(gradebook: Any, assignment: Assignment) -> dict[str, Any]:
    """All submissions by student, with all that is written to in a few queries: nbgrader's own make one a grade."""
    whole = selectinload(SubmittedAssignment.notebooks).options(
        selectinload(SubmittedNotebook.grades), selectinload(SubmittedNotebook.comments)
    )
    found = gradebook.db.query(SubmittedAssignment).filter(
        SubmittedAssignment.assignment_id == gradebook.find_assignment(assignment.name).id
    )
    return {submission.student_id: submission for submission in found.options(whole)}


def cell_names(gradebook: Any) -> dict[str, str]:
    """The name of each cell by its id in the database."""
    return dict(gradebook.db.query(BaseCell.id, BaseCell.name).all())


def _save(notebook: Any, report: Report, names: Mapping[str, str]) -> None:
    """Enter what `report` says into the grades and comments of a submitted notebook."""
    results = {result.id: result for result in report.items}
    for grade in notebook.grades:
        result = results.get(names[grade.cell_id])
        if result is not None:
            grade.auto_score = auto_score(result)
            grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
    for comment in notebook.comments:
        result = results.get(names[comment.cell_id])
        if result is not None:
            comment.auto_comment = _comment(result)


def auto_score(result: ItemResult) -> float | None:
    """The points by checks; None where a person must look: at an answer, or at what we could not grade."""
    if result.verdict == "not graded" or result.verdict == "manual" and result.message != say("untouched"):
        return None
    return min(max(result.points, 0.0), result.max_points)


def _comment(result: ItemResult) -> str | None:
    if result.verdict == "manual":
        return NO_RESPONSE if result.message == say("untouched") else None
    return result.message


def _set_late_penalty(gradebook: Any, submission: Any, notebook: Any, policy: LatePolicy) -> None:
    """As nbgrader's AssignLatePenalties does it."""
    notebook.late_submission_penalty = None
    if submission.total_seconds_late > 0:
        gradebook.db.flush()
        gradebook.db.refresh(notebook, ["score"])  # which the database adds up
        notebook.late_submission_penalty = policy.penalty(notebook.score, submission.total_seconds_late)


def check_database(db_url: str, patience: float = PATIENCE_SECONDS) -> None:
    """Raise `GradebookError` unless there is a database at `db_url` of the schema that this nbgrader works with."""
    url = _parsed(db_url)
    if not _is_there(url):
        raise GradebookError(
            f"there is no gradebook {_name(db_url)}; `nbgrader generate_assignment` makes it, assignment and all"
        )
    version = patiently(lambda: _schema(_waiting(url, patience)), db_url, patience)
    scripts = ScriptDirectory(ALEMBIC_DIR)
    if version == scripts.get_current_head():
        return
    if version is not None and version not in {script.revision for script in scripts.walk_revisions()}:
        raise GradebookError(
            f"{_name(db_url)} was written by a newer nbgrader (its schema is {version}); update nbgrader here"
        )
    raise GradebookError(
        f"{_name(db_url)} was written by an older nbgrader; `nbgrader db upgrade` upgrades it and keeps a copy"
    )


def _check_writable(db_url: str, patience: float) -> None:
    """Raise `GradebookError` unless the gradebook can be written to; nothing in it is changed."""

    def write() -> None:
        engine = create_engine(_waiting(_parsed(db_url), patience))
        try:
            with engine.connect() as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
                connection.rollback()
        finally:
            engine.dispose()

    patiently(write, db_url, patience)


def _is_there(url: URL) -> bool:
    """Whether there is a database; nbgrader makes one where there is none, or an empty file."""
    path = Path(url.database or "")
    return url.get_backend_name() != "sqlite" or path.is_file() and path.stat().st_size > 0


def _schema(url: URL) -> str | None:
    """The version of a database's schema, None if it does not say."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return version
    finally:
        engine.dispose()


def check_cells(gradebook: Any, assignment: Assignment) -> None:
    """Raise `GradebookError` unless the gradebook has the assignment, with the same items and points."""
    there = {
        (notebook, cell.id): cell.points
        for notebook, cells in release_cells(gradebook, assignment).items()
        for cell in cells
        if cell.points is not None
    }
    here = {(item.notebook, item.id): item.points for item in assignment.items}
    if there == here:
        return
    again = f"run `nbgrader generate_assignment {assignment.name} --force`"
    if not there:
        raise GradebookError(f"the gradebook does not know {assignment.name} yet; {again}")
    notebook, id = key = min(key for key in here.keys() | there.keys() if here.get(key) != there.get(key))
    old, new = (f"{points:g} points" if points is not None else "nothing" for points in (there.get(key), here.get(key)))
    raise GradebookError(f"the gradebook has {old} for {id} of {notebook}.ipynb, solutions/ has {new}; {again}")


def release_cells(gradebook: Any, assignment: Assignment) -> dict[str, list[SourceCell]]:
    """The cells of each notebook as they were released, in their order; {} if the gradebook has no such assignment."""
    try:
        notebooks = gradebook.find_assignment(assignment.name).notebooks
    except MissingEntry:
        return {}
    order = {(cell.notebook, cell.grade_id): number for number, cell in enumerate(assignment.cells)}
    return {
        notebook.name: sorted(_cells(notebook), key=lambda cell: order.get((notebook.name, cell.id), len(order)))
        for notebook in notebooks
    }


def _cells(notebook: Any) -> Iterator[SourceCell]:
    points = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    for cell in notebook.source_cells:
        yield SourceCell(
            cell.name,
            cell.cell_type,
            cell.source or "",
            cell.checksum or "",
            bool(cell.locked),
            cell.name in solutions,
            points.get(cell.name),
        )


@contextlib.contextmanager
def opened(db_url: str, course: Course, patience: float = PATIENCE_SECONDS) -> Iterator[Any]:
    """nbgrader's `Gradebook` on a database that `check_database` has nothing against."""
    url = _waiting(_parsed(db_url), patience).render_as_string(hide_password=False)
    with Gradebook(url, course.settings["course"].get("id", "")) as gradebook:
        yield gradebook


def patiently(action: Callable[[], T], db_url: str, patience: float) -> T:
    """What `action` returns; it is tried again while another program writes to the database.

    Raises `GradebookError` if that takes longer than `patience` seconds, or for another fault of the database.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            with _without_tracebacks():
                return action()
        except (SQLAlchemyError, InvalidEntry) as error:
            if "locked" not in str(error):
                raise _unusable(db_url, error) from None
            if time.monotonic() >= deadline:
                raise GradebookError(
                    f"{_name(db_url)} was locked by another program for {patience:g} s; once formgrader or whatever "
                    "writes to it is done, the same command goes on"
                ) from None
        time.sleep(_PAUSE)


@contextlib.contextmanager
def _without_tracebacks() -> Iterator[None]:
    """nbgrader logs the traceback of a failed commit before it raises."""
    log = logging.getLogger("tornado.application")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def _parsed(db_url: str) -> URL:
    try:
        return make_url(db_url)
    except ArgumentError:
        raise GradebookError(f"expected a database's URL such as sqlite:///gradebook.db, got {db_url!r}") from None


def _waiting(url: URL, patience: float) -> URL:
    """`url`, such that SQLite itself waits for others that write."""
    return url.update_query_dict({"timeout": f"{patience:g}"}) if url.get_backend_name() == "sqlite" else url


def _name(db_url: str) -> str:
    url = _parsed(db_url)
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string()


def _unusable(db_url: str, error: Exception) -> GradebookError:
    cause = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    hint = "; see to its permissions, and to those of its folder" if "readonly" in cause else ""
    return GradebookError(f"the gradebook {_name(db_url)} cannot be used: {cause}{hint}")

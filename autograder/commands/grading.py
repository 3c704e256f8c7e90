"""`autograder grade | regrade | rerun`: what is done with submissions."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import scratch
from ..course import Assignment, Course
from ..errors import CourseError
from ..files import replacing
from ..sandbox.modes import MODES
from . import INCOMPLETE, INTERRUPTED, OK, gradebook, positive, seconds
from .pages import reports_of_one_assignment

if TYPE_CHECKING:
    from ..grading import Options, Report


def add_commands(commands: Any) -> None:
    """Add the commands to the subparsers `commands`."""
    grade = commands.add_parser("grade", help="grade submissions")
    grade.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folder or zip of one submission or of many")
    grade.add_argument("--assignment", required=True, metavar="NAME")
    grade.add_argument("--items", metavar="A,B", help="only these items")
    grade.add_argument("--json", metavar="FILE", help="write JSON Lines to FILE (- for standard output)")
    grade.add_argument("--csv", type=Path, metavar="FILE", help="write a table to FILE")
    grade.add_argument("--page", type=Path, metavar="FILE", help="write the class page to FILE")
    gradebook.add_options(grade, "write the scores into nbgrader's gradebook")
    _add_how(grade)
    grade.set_defaults(run=_grade)

    regrade = commands.add_parser("regrade", help="grade again what has changed, and show whose score moved")
    regrade.add_argument("reports", type=Path, metavar="REPORTS", help="what `autograder grade --json` wrote")
    regrade.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="the submissions, as for `grade`")
    regrade.add_argument("--since", metavar="REV", help="the git revision of the course that REPORTS were made with")
    regrade.add_argument("--items", metavar="A,B", help="these items in any case")
    regrade.add_argument("--dry-run", action="store_true", help="only say what would be graded again, and why")
    regrade.add_argument(
        "--json", metavar="FILE", help="write to FILE (- for standard output; default: REPORTS, the old as REPORTS.1)"
    )
    gradebook.add_options(regrade, "write the scores into nbgrader's gradebook, too")
    _add_how(regrade)
    regrade.set_defaults(run=_regrade)

    rerun = commands.add_parser("rerun", help="run submissions' notebooks again, in isolation, and keep their outputs")
    rerun.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="the submissions, as for `grade`")
    rerun.add_argument("--assignment", required=True, metavar="NAME")
    rerun.add_argument("--folder", required=True, type=Path, metavar="OUT", help="where to: a folder for each")
    rerun.add_argument(
        "-j", "--jobs", type=positive, default=os.cpu_count() or 1, metavar="N", help="so many at a time"
    )
    rerun.add_argument("--seconds", type=seconds, metavar="S", help="time limit of one notebook")
    rerun.set_defaults(run=_rerun)


def _add_how(parser: argparse.ArgumentParser) -> None:
    """Add the options of the commands that grade: in how many processes, how isolated, within which limits."""
    parser.add_argument("-j", "--jobs", type=positive, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument(
        "--isolation",
        choices=("auto", *MODES),
        default="auto",
        help="how the code is kept from this machine (default: the best that works here; see `autograder doctor`)",
    )
    parser.add_argument("--require-isolation", action="store_true", help="grade nothing where code cannot be isolated")
    parser.add_argument("--fresh", action="store_true", help="grade all, whatever an interrupted run has graded")
    parser.add_argument("--no-journal", action="store_true", help="keep no record by which a killed run could go on")
    parser.add_argument("--call-seconds", type=seconds, metavar="S", help="time limit of one call of student code")


def _grade(options: argparse.Namespace) -> int:
    from ..console import grade_class, show_isolation, show_reports
    from ..journal import FOLDER, Journal, belongs_to
    from ..submissions import find_submissions

    course = Course.find()
    assignment = course.assignment(options.assignment)
    how = _how(options, _items(options, assignment))
    with contextlib.ExitStack() as stack:
        submissions = find_submissions(options.paths, assignment.name, stack.enter_context(scratch.folder()))
        for output in (None if options.json == "-" else options.json, options.csv, options.page):
            if output is not None:
                _claim(Path(output))
        target = gradebook.target(assignment, options)
        if target:
            target.check(submissions)
        journal = None
        if not options.no_journal:
            run = belongs_to(assignment, how, options.paths)
            journal = stack.enter_context(Journal(course.root / FOLDER, run, fresh=options.fresh))
        show_isolation(how.chosen())
        reports, complete = grade_class(submissions, assignment, how, options.jobs, journal)
        _write_outputs(reports, assignment, options)
        show_reports(reports, file=sys.stderr if options.json == "-" else sys.stdout)
        for line in target.write(reports, submissions) if target else ():
            print(line, file=sys.stderr)
        graded = [report for report in reports if report.graded]
        if journal and len(graded) == len(submissions):
            journal.remove()
    again = "; the same command goes on with them" if journal else ""
    if not complete:
        print(
            f"autograder: interrupted; {len(submissions) - len(reports)} submissions are left{again}", file=sys.stderr
        )
        return INTERRUPTED
    if left := len(reports) - len(graded):
        print(f"autograder: {left} submissions could not be graded in full{again}", file=sys.stderr)
        return INCOMPLETE
    return OK


def _items(options: argparse.Namespace, assignment: Assignment) -> tuple[str, ...]:
    """The items that `options` name; raises `CourseError` for one that the assignment has not got."""
    items = tuple(dict.fromkeys(id.strip() for id in (options.items or "").split(",") if id.strip()))
    for id in items:
        assignment.item(id)
    return items


def _how(options: argparse.Namespace, items: tuple[str, ...] = ()) -> Options:
    """How to grade, as `options` say."""
    from ..grading import Options
    from ..sandbox.limits import Limits
    from ..sandbox.modes import choose

    limits = Limits() if options.call_seconds is None else Limits(call_seconds=options.call_seconds)
    return Options(items, limits, choose(options.isolation, required=options.require_isolation))


def _regrade(options: argparse.Namespace) -> int:
    from ..console import show_isolation
    from ..journal import FOLDER, Journal, belongs_to
    from ..regrade import changes_since, fingerprint, make_plan, regrade, show_outcome, show_plan
    from ..submissions import find_submissions

    start = time.perf_counter()
    reports, assignment = reports_of_one_assignment(options.reports)
    was = fingerprint(options.reports)
    named = _items(options, assignment)
    changes = changes_since(options.since, assignment) if options.since else None
    shown = sys.stderr if options.json == "-" else sys.stdout
    with contextlib.ExitStack() as stack:
        submissions = find_submissions(options.paths, assignment.name, stack.enter_context(scratch.folder()))
        plan = make_plan(reports, submissions, assignment, changes, named)
        if options.dry_run:
            show_plan(plan, shown)
            return OK
        if options.json != "-":
            _claim(Path(options.json or options.reports))
        target = gradebook.target(assignment, options)
        if target:
            target.check(submissions)
        how = _how(options)
        journals = []

        def journal_of(number: int) -> Journal | None:
            if options.no_journal:
                return None
            run = {**belongs_to(assignment, how, options.paths), "regrade": [was, plan.since, *named], "round": number}
            journal = Journal(assignment.course.root / FOLDER, run, fresh=options.fresh)
            journals.append(stack.enter_context(journal))
            return journal

        if plan.due:
            show_isolation(how.chosen())
        outcome = regrade(plan, assignment, how, options.jobs, journal_of)
        again = "; the same command goes on from there" if journals else ""
        if not outcome.complete:
            print(f"autograder: interrupted before all was graded, so nothing was written{again}", file=sys.stderr)
            return INTERRUPTED
        show_outcome(plan, outcome, time.perf_counter() - start, shown)
        if outcome.lost:
            print(
                f"autograder: {', '.join(outcome.lost[:5])} could not be graded in full this time (see above), so "
                f"nothing was written{again}",
                file=sys.stderr,
            )
            return INCOMPLETE
        _write_regraded(outcome.reports, reports, was, options)
        for line in target.write(outcome.reports, submissions) if target else ():
            print(line, file=sys.stderr)
        for journal in journals:
            journal.remove()
    if left := sum(not report.graded for report in outcome.reports):
        print(f"autograder: {left} submissions could not be graded in full", file=sys.stderr)
        return INCOMPLETE
    return OK


def _write_regraded(
    reports: Sequence[Report], earlier: Sequence[Report], was: str, options: argparse.Namespace
) -> None:
    """Write the merged reports to where `options` say, or in the place of the `earlier` ones."""
    from ..exports import write_json_lines
    from ..regrade import replace_reports

    if options.json == "-":
        write_json_lines(reports, sys.stdout)
    elif options.json and Path(options.json).resolve() != options.reports.resolve():
        with replacing(Path(options.json)) as path, path.open("w", encoding="utf-8") as file:
            write_json_lines(reports, file)
    elif list(reports) != list(earlier):
        print(f"wrote {options.reports}; the old one is {replace_reports(reports, options.reports, was)}")
    else:
        print(f"{options.reports} is up to date")


def _write_outputs(reports: Sequence[Report], assignment: Assignment, options: argparse.Namespace) -> None:
    """Write what `options` ask for."""
    from ..exports import write_csv, write_json_lines
    from ..feedback import write_class_page

    if options.json == "-":
        write_json_lines(reports, sys.stdout)
    elif options.json:
        with replacing(Path(options.json)) as path, path.open("w", encoding="utf-8") as file:
            write_json_lines(reports, file)
    if options.csv:
        with replacing(options.csv) as path, path.open("w", encoding="utf-8", newline="") as file:
            write_csv(reports, file)
    if options.page:
        write_class_page(reports, assignment, options.page)


def _claim(path: Path) -> None:
    """Make the folder of `path`; raise `CourseError` if it cannot be written: before a class is graded for nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() or path.is_dir():
            path.open("a").close()
        elif not path.exists():
            tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror or error}") from None


def _rerun(options: argparse.Namespace) -> int:
    from ..rerun.classes import show_class
    from ..rerun.limits import Limits
    from ..submissions import find_submissions

    assignment = Course.find().assignment(options.assignment)
    limits = Limits() if options.seconds is None else Limits.within(options.seconds)
    with scratch.folder() as folder:
        submissions = find_submissions(options.paths, assignment.name, folder)
        _claim(options.folder / "any")
        complete = show_class(submissions, assignment, options.folder, limits, options.jobs)
    return OK if complete else INCOMPLETE

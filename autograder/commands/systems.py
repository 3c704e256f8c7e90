"""The commands for other systems: submissions in, grades out, and grading there: `autograder collect | export |
gradescope`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..course import Course
from ..errors import CourseError
from ..exports import (
    Export,
    Grade,
    fill_canvas,
    gradescope_results,
    moodle_grades,
    read_reports,
    write_csv,
    write_totals,
)
from ..exports.gradescope import VISIBILITIES
from ..files import replacing
from ..gradescope import pack
from ..gradescope.settings import GRADE, MAX_CALL_SECONDS, REFUSE, Settings
from ..grading import Report
from ..roster import Roster
from ..standing import ByHand
from . import INCOMPLETE, OK, gradebook

DOWNLOADS = ("auto", "canvas", "moodle", "gradescope")
EXPORTS = ("canvas", "moodle", "gradescope", "csv")
MOODLE_KEYS = ("email", "idnumber", "username")


def add_commands(commands: Any) -> None:
    """Add the commands to the subparsers `commands`."""
    collect = commands.add_parser("collect", help="bring downloads of Canvas, Moodle or Gradescope into submitted/")
    collect.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="what the system's bulk download gave")
    collect.add_argument("--assignment", required=True, metavar="NAME")
    collect.add_argument(
        "--roster", type=Path, metavar="FILE", help="a CSV of who is in the course: names, ids, emails"
    )
    collect.add_argument("--target", type=Path, metavar="FOLDER", help="where to (default: submitted/ of the course)")
    collect.add_argument("--system", choices=DOWNLOADS, default="auto", help="where the download is from")
    collect.set_defaults(run=run_collect)

    export = commands.add_parser("export", help="write grades for Canvas, Moodle, Gradescope or a spreadsheet")
    export.add_argument("system", choices=EXPORTS)
    export.add_argument("reports", nargs="+", type=Path, metavar="REPORTS", help="what `autograder grade --json` wrote")
    export.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help="for gradescope: a folder")
    export.add_argument("--roster", type=Path, metavar="FILE", help="a CSV of who is in the course")
    export.add_argument("--fill", type=Path, metavar="FILE", help="for canvas: the file that it exported, to be filled")
    export.add_argument("--column", default="", metavar="TITLE", help="the assignment's title there, if it has another")
    export.add_argument("--by", choices=MOODLE_KEYS, default="email", help="for moodle: how it knows its users")
    export.add_argument("--totals", action="store_true", help="for csv: points by assignment, not by item")
    gradebook.add_options(export, "with what people have entered into nbgrader's gradebook since")
    export.set_defaults(run=run_export)

    gradescope = commands.add_parser("gradescope", help="pack the autograder that Gradescope runs")
    gradescope.add_argument("assignment", metavar="ASSIGNMENT")
    gradescope.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: ASSIGNMENT-gradescope.zip")
    gradescope.add_argument("--leaderboard", action="store_true", help="put the points of trained models on it")
    gradescope.add_argument(
        "--visibility", choices=VISIBILITIES, default=VISIBILITIES[0], help="when students see the items"
    )
    gradescope.add_argument(
        "--unisolated",
        choices=(REFUSE, GRADE),
        default=REFUSE,
        help="where students' code cannot be isolated there: refuse to grade (default), or grade all the same",
    )
    gradescope.add_argument("--call-seconds", type=float, default=20.0, metavar="S", help="limit of one call (20)")
    gradescope.set_defaults(run=run_gradescope)


def run_collect(options: argparse.Namespace) -> int:
    """Collect, and say what became of everybody's submission. Returns 0, or 1 if nothing was collected."""
    from ..collect import collect

    course = Course.find()
    assignment = course.assignment(options.assignment)
    roster = _roster(options.roster)
    target = options.target or course.root / "submitted"
    collected = collect(options.paths, assignment.name, target, roster, options.system)
    for student, placed in sorted(collected.students.items()):
        when = f", handed in {placed.time:%Y-%m-%d %H:%M} UTC" if placed.time else ""
        print(f"{student}: {placed.status}{when}{', late' if placed.late else ''}")
    _say(collected.notes)
    print(f"{len(collected.students)} submissions of {assignment.name} in {target}")
    return OK if collected.students else INCOMPLETE


def run_export(options: argparse.Namespace) -> int:
    """Write the file that another system imports.

    Returns 0, or 1 if nothing could be written into it, or nbgrader's gradebook has other scores than the reports.
    """
    reports = [report for path in options.reports for report in read_reports(path)]
    roster = _roster(options.roster)
    if options.system == "gradescope":
        return _gradescope(reports, options)
    by_hand, status = _by_hand(reports, options)
    if options.system == "csv":
        with replacing(options.output) as path, path.open("w", encoding="utf-8-sig", newline="") as file:
            if options.totals:
                write_totals(_grades(reports, by_hand), file, roster)
            else:
                write_csv(reports, file, roster, by_hand)
        print(f"{len(reports)} reports in {options.output}")
        return status
    grades = _grades(reports, by_hand)
    if options.system == "moodle":
        export = moodle_grades(grades, roster, options.by, options.column)
    elif options.fill is None:
        raise CourseError("Canvas knows its students by its own file: name the gradebook that it exported, --fill FILE")
    else:
        export = fill_canvas(options.fill, grades, roster, options.column)
    return _write(export, options.output) or status


def _by_hand(reports: Sequence[Report], options: argparse.Namespace) -> tuple[dict[str, ByHand], int]:
    """What people have decided, by student, if `options` ask for it, and the exit status."""
    if not (options.gradebook or options.db):
        return {}, OK
    names = {report.assignment for report in reports}
    if len(names) > 1:
        raise CourseError(f"expected reports of one assignment with --gradebook, got {', '.join(sorted(names))}")
    found = [gradebook.decided(reports, Course.find().assignment(name), options) for name in names]
    return (found[0][0] or {}, found[0][1]) if found else ({}, OK)


def _grades(reports: Sequence[Report], by_hand: Mapping[str, ByHand]) -> list[Grade]:
    return [Grade.of(report, by_hand.get(report.submission)) for report in reports]


def run_gradescope(options: argparse.Namespace) -> int:
    """Pack the zip, and say what to do with it. Returns 0."""
    assignment = Course.find().assignment(options.assignment)
    output = options.output or Path(f"{assignment.name}-gradescope.zip")
    if not 0 < options.call_seconds <= MAX_CALL_SECONDS:  # NaN is neither
        raise CourseError(f"expected --call-seconds to be more than 0 and at most {MAX_CALL_SECONDS:g}")
    settings = Settings(
        assignment.name, options.unisolated, options.visibility, options.leaderboard, options.call_seconds
    )
    files = pack(assignment, settings, output)
    print(f"packed {output}, {len(files)} files, answers and hidden seeds among them: keep it to yourself")
    by_hand = sum(item.points for item in assignment.items if item.kind == "question")
    by_checks = sum(item.points for item in assignment.items) - by_hand
    print(f"In Gradescope: {by_checks:g} autograder points, {by_hand:g} manual ones; base image Ubuntu 22.04 or later.")
    print("Its Test Autograder shows whether students' code can be isolated there.")
    if settings.unisolated == GRADE:
        print("WARNING: where code cannot be isolated there, it runs with the grader's own rights", file=sys.stderr)
    if "late" in assignment.course.settings or "late" in assignment.settings:
        print("Late penalties of course.toml are not taken off there; its results say how late each one was.")
    return 0


def _gradescope(reports: list[Report], options: argparse.Namespace) -> int:
    if options.gradebook or options.db:
        raise CourseError("in Gradescope, people give their points themselves: export without --gradebook")
    folder: Path = options.output
    for report in reports:
        place = folder / report.submission / "results.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        with replacing(place) as path:
            path.write_text(json.dumps(gradescope_results(report), indent=1), encoding="utf-8")
    print(f"{len(reports)} times results.json in {folder}")
    return 0


def _write(export: Export, output: Path) -> int:
    with replacing(output) as path, path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(export.text)
    _say(export.notes)
    print(f"{export.written} grades in {output}")
    return OK if export.written else INCOMPLETE


def _roster(path: Path | None) -> Roster | None:
    if path is None:
        return None
    roster = Roster.read(path)
    _say(f"{path.name}: {problem}" for problem in roster.problems)
    return roster


def _say(notes: Iterable[str]) -> None:
    for note in notes:
        print(note, file=sys.stderr)

"""`autograder feedback | report`: pages about what was graded."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .. import scratch
from ..course import Assignment, Course
from ..errors import CourseError
from . import gradebook

if TYPE_CHECKING:
    from ..grading import Report


def add_commands(commands: Any) -> None:
    """Add the commands to the subparsers `commands`."""
    feedback = commands.add_parser("feedback", help="write a page for each student about what was graded")
    feedback.add_argument("reports", type=Path, metavar="REPORTS", help="what `autograder grade --json` wrote")
    feedback.add_argument("--folder", type=Path, default=Path("pages"), help="where to (default: pages)")
    feedback.add_argument(
        "--submissions",
        nargs="+",
        type=Path,
        default=[],
        metavar="PATH",
        help="what was graded, to show what saved models have learned",
    )
    feedback.set_defaults(run=_feedback)

    report = commands.add_parser("report", help="write a page about the class")
    report.add_argument("reports", type=Path, metavar="REPORTS", help="what `autograder grade --json` wrote")
    report.add_argument("--page", type=Path, default=Path("class.html"), metavar="FILE", help="default: class.html")
    report.add_argument("--pages", type=Path, metavar="FOLDER", help="link the students' pages in it")
    report.set_defaults(run=_report)

    for command in (feedback, report):
        gradebook.add_options(command, "with what people have entered into nbgrader's gradebook since")


def reports_of_one_assignment(path: Path) -> tuple[list[Report], Assignment]:
    """The reports in `path`, and the assignment that all of them are about."""
    from ..exports import read_reports

    reports = read_reports(path)
    names = sorted({report.assignment for report in reports})
    if len(names) != 1:
        raise CourseError(f"{path}: expected reports of one assignment, got {', '.join(names) or 'no reports'}")
    return reports, Course.find().assignment(names[0])


def _feedback(options: argparse.Namespace) -> int:
    from ..feedback import write_student_pages
    from ..submissions import find_submissions

    reports, assignment = reports_of_one_assignment(options.reports)
    manual, status = gradebook.decided(reports, assignment, options)
    with scratch.folder() as folder:
        submissions = find_submissions(options.submissions, assignment.name, folder)
        pages = write_student_pages(reports, assignment, options.folder, manual=manual, submissions=submissions)
    print(f"wrote {len(pages)} pages into {options.folder}")
    return status


def _report(options: argparse.Namespace) -> int:
    from ..feedback import page_name, write_class_page

    reports, assignment = reports_of_one_assignment(options.reports)
    links = {}
    for report in reports if options.pages else ():
        page = options.pages / page_name(report.submission)
        if page.is_file():
            links[report.submission] = quote(Path(os.path.relpath(page, options.page.parent)).as_posix())
    manual, status = gradebook.decided(reports, assignment, options)
    print(f"wrote {write_class_page(reports, assignment, options.page, manual=manual, links=links)}")
    return status

"""The options that ask for nbgrader's gradebook. Importing nbgrader takes seconds, so it is imported when they do."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..course import Assignment
from . import INCOMPLETE, OK

if TYPE_CHECKING:
    from ..grading import Report
    from ..nbgrader_plugin.straight import Target
    from ..standing import ByHand


def add_options(parser: argparse.ArgumentParser, what: str) -> None:
    """Add `--gradebook` and `--db`; `what` is done with it."""
    parser.add_argument("--gradebook", action="store_true", help=what)
    parser.add_argument(
        "--db", default="", metavar="URL", help="where that is (default: sqlite:///gradebook.db in the course)"
    )


def target(assignment: Assignment, options: argparse.Namespace) -> Target | None:
    """Where scores are to be written, None if nowhere. Raises `CourseError` where that cannot be used."""
    if not (options.gradebook or options.db):
        return None
    from ..nbgrader_plugin.straight import Target

    return Target(assignment, options.db)


def decided(
    reports: Sequence[Report], assignment: Assignment, options: argparse.Namespace
) -> tuple[dict[str, ByHand] | None, int]:
    """What people have decided, by student, None if it was not asked for; and the exit status, which is 1 where the
    gradebook has other scores than `reports`. Raises `CourseError` where it cannot be used."""
    if not (options.gradebook or options.db):
        return None, OK
    from ..nbgrader_plugin.by_hand import decisions
    from ..nbgrader_plugin.gradebook import default_url

    manual, problems = decisions(reports, assignment, options.db or default_url(assignment.course))
    for problem in problems:
        print(f"autograder: {problem}", file=sys.stderr)
    return manual, INCOMPLETE if problems else OK

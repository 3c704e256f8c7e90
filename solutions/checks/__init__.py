"""`from checks import check` in the instructor's own tree: the same checks, against the live solutions.

A release has the package `autograder.checks` in this place, with recorded answers.
"""

from functools import cache
from pathlib import Path

from autograder.checks.kit import Kit, checker
from autograder.course import Course
from autograder.reference import live_reference

_SOLUTIONS = Path(__file__).resolve().parents[1]


@cache
def _kit() -> Kit:
    course = Course(_SOLUTIONS.parent)
    items = [item for name in course.assignments for item in course.assignment(name).items]
    return Kit(Path.cwd(), items, live_reference(course))


check = checker(_kit)

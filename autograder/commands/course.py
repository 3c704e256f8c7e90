"""`autograder build | run | demo | where | doctor`: the course itself, and the machine."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..course import Assignment, Course
from ..errors import CourseError
from . import INCOMPLETE, OK, positive


def add_commands(commands: Any) -> None:
    """Add the commands to the subparsers `commands`."""
    build = commands.add_parser("build", help="build assignments/ from solutions/")
    build.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    build.add_argument("--check", action="store_true", help="change nothing; exit with 1 if assignments/ is stale")
    build.add_argument("--zip", type=Path, metavar="FOLDER", help="write a zip to hand out into FOLDER too")
    build.set_defaults(run=_build)

    run = commands.add_parser("run", help="run the solution notebooks and check that they earn all points")
    run.add_argument("assignment", nargs="?", metavar="ASSIGNMENT", help="default: all")
    run.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="default: all of the assignment")
    run.add_argument("--data", type=Path, metavar="FOLDER", help="use this data set (default: the one at hand)")
    run.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the executed notebooks in FOLDER/ASSIGNMENT")
    run.set_defaults(run=_run)

    demo = commands.add_parser("demo", help="build a release, make a class of 24, grade it, and show the results")
    demo.add_argument("--assignment", default="assignment1", help="of which (default: assignment1)")
    demo.add_argument("--folder", type=Path, default=Path("demo"), help="where to (default: demo)")
    demo.add_argument("-j", "--jobs", type=positive, default=os.cpu_count() or 1, metavar="N")
    demo.set_defaults(run=_demo)

    where = commands.add_parser("where", help="show where an item lives")
    where.add_argument("item")
    where.set_defaults(run=_where)

    doctor = commands.add_parser("doctor", help="show how code can be isolated on this machine, and what is missing")
    doctor.set_defaults(run=_doctor)


def _build(options: argparse.Namespace) -> int:
    from ..release import build, check_release, zip_release

    course = Course.find()
    stale = False
    for name in options.assignments or course.assignments:
        assignment = course.assignment(name)
        if options.check:
            differences = check_release(assignment)
            stale |= bool(differences)
            for line in differences:
                print(f"assignments/{name}/{line}")
            print(f"{name} is stale: run `autograder build {name}`" if differences else f"{name} is up to date")
        else:
            print(f"built {build(assignment)}")
        if options.zip and not options.check:
            print(f"packed {zip_release(assignment, options.zip)}")
    return INCOMPLETE if stale else OK


def _run(options: argparse.Namespace) -> int:
    course = Course.find()
    assignments = [
        course.assignment(name) for name in ([options.assignment] if options.assignment else course.assignments)
    ]
    fine = [_run_assignment(assignment, options) for assignment in assignments]
    return OK if all(fine) else INCOMPLETE


def _run_assignment(assignment: Assignment, options: argparse.Namespace) -> bool:
    """Run an assignment's notebooks. Returns whether nothing was wrong."""
    from ..notebooks import run_notebooks
    from ..release import solved_release

    names = options.notebooks or list(assignment.notebooks)
    if unknown := [name for name in names if name not in assignment.notebooks]:
        raise CourseError(f"{assignment.name} has no notebook {unknown[0]!r}; it has {', '.join(assignment.notebooks)}")
    fine = True
    with contextlib.ExitStack() as stack:
        target = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-")))
        folder = solved_release(assignment, target)
        for run in run_notebooks(assignment, folder, names, options.data):
            print(f"{run.notebook:<20} {run.seconds:6.1f} s  {'ok' if not run.problems else 'FAILED'}", flush=True)
            for problem in run.problems:
                fine = False
                print(f"  {problem}")
    return fine


def _demo(options: argparse.Namespace) -> int:
    from ..demo import run_demo

    return run_demo(Course.find().assignment(options.assignment), options.folder, options.jobs)


def _where(options: argparse.Namespace) -> int:
    course = Course.find()
    for name in course.assignments:
        assignment: Assignment = course.assignment(name)
        if options.item not in {item.id for item in assignment.items}:
            continue
        for place in _places(assignment, options.item):
            print(place)
        return OK
    raise CourseError(f"no assignment has an item {options.item!r}")


def _places(assignment: Assignment, id: str) -> Iterator[str]:
    """Where an item's parts are written, as `what: file, line`."""
    from .. import fences
    from ..checks.registry import CHECKS

    root = assignment.course.root
    item = assignment.item(id)
    yield f"{'points':<10} {item.points:g}, {item.notebook}.ipynb ({assignment.name})"
    for fenced, path in assignment.fences():
        if fenced == id and path.suffix == ".py":
            fence = next(f for f in fences.find(path.read_text(encoding="utf-8"), str(path)) if f.id == id)
            yield f"{'solution':<10} {path.relative_to(root)}:{fence.first + 1}"
        elif fenced == id:
            yield f"{'solution':<10} {path.relative_to(root)}"
    if id in CHECKS:
        code = CHECKS[id].run.__code__
        yield f"{'check':<10} {Path(code.co_filename).relative_to(root)}:{code.co_firstlineno}"
    for path in sorted((root / "tests" / "submissions" / id).glob("*.py")):
        yield f"{'corpus':<10} {path.relative_to(root)}"


def _doctor(options: argparse.Namespace) -> int:
    from ..console import show_probes
    from ..sandbox.modes import IsolationError, choose, probes

    show_probes(probes(), sys.stdout)
    try:
        best = choose(required=True)
    except IsolationError:
        print("\nNo mode of isolation works here: `autograder grade` wants to be told `--isolation none`.")
        return INCOMPLETE
    print(f"\n`autograder grade` takes the mode {best.mode} here: {best.describe()}")
    return OK

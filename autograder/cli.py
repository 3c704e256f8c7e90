"""The command line: `autograder build | grade | regrade | feedback | report | run | rerun | demo | where | doctor`, and
what `systems` adds."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from . import scratch, systems
from .course import Assignment, Course
from .errors import CourseError, SubmissionError
from .files import replacing
from .sandbox.modes import MODES

if TYPE_CHECKING:
    from .feedback import ByHand
    from .grading import Options, Report
    from .nbgrader_plugin.straight import Target

OK, INCOMPLETE, USAGE = 0, 1, 2
INTERRUPTED = 130


class UsageError(Exception):
    """The command cannot be carried out as it was given."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status: 0 done, 1 something failed or is stale, 2 bad usage."""
    _open_standard_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal has no letters for must not end the run
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    with contextlib.suppress(ValueError):  # raised where this is not the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop ends the workers and keeps what is done
    try:
        status: int = options.run(options)
        return status
    except (CourseError, SubmissionError, UsageError) as error:
        print(f"autograder: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        with contextlib.suppress(ValueError):
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end has begun; a second Ctrl-C would only spoil it
        print("autograder: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INCOMPLETE
    except OSError as error:  # a full disk, a folder that may not be written
        print(f"autograder: {error}", file=sys.stderr)
        return INCOMPLETE


def _open_standard_streams() -> None:
    """Lead the standard streams that this process was started without to nowhere, before a file takes their numbers."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  for as long as this process


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="autograder", description="Builds assignments and grades submissions.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build = commands.add_parser("build", help="build assignments/ from solutions/")
    build.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    build.add_argument("--check", action="store_true", help="change nothing; exit with 1 if assignments/ is stale")
    build.add_argument("--zip", type=Path, metavar="FOLDER", help="write a zip to hand out into FOLDER too")
    build.set_defaults(run=_build)

    grade = commands.add_parser("grade", help="grade submissions")
    grade.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folder or zip of one submission or of many")
    grade.add_argument("--assignment", required=True, metavar="NAME")
    grade.add_argument("--items", metavar="A,B", help="only these items")
    grade.add_argument("--json", metavar="FILE", help="write JSON Lines to FILE (- for standard output)")
    grade.add_argument("--csv", type=Path, metavar="FILE", help="write a table to FILE")
    grade.add_argument("--page", type=Path, metavar="FILE", help="write the class page to FILE")
    grade.add_argument("--gradebook", action="store_true", help="write the scores into nbgrader's gradebook")
    grade.add_argument(
        "--db", default="", metavar="URL", help="where that is (default: sqlite:///gradebook.db in the course)"
    )
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
    _add_how(regrade)
    regrade.set_defaults(run=_regrade)

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
        command.add_argument(
            "--gradebook", action="store_true", help="with what people have entered into nbgrader's gradebook since"
        )
        command.add_argument(
            "--db", default="", metavar="URL", help="where that is (default: sqlite:///gradebook.db in the course)"
        )

    run = commands.add_parser("run", help="run the solution notebooks and check that they earn all points")
    run.add_argument("assignment", metavar="ASSIGNMENT")
    run.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="default: all")
    run.add_argument("--data", type=Path, metavar="FOLDER", help="use this data set (default: the one at hand)")
    run.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the executed notebooks there")
    run.set_defaults(run=_run)

    rerun = commands.add_parser("rerun", help="run submissions' notebooks again, in isolation, and keep their outputs")
    rerun.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="the submissions, as for `grade`")
    rerun.add_argument("--assignment", required=True, metavar="NAME")
    rerun.add_argument("--folder", required=True, type=Path, metavar="OUT", help="where to: a folder for each")
    rerun.add_argument(
        "-j", "--jobs", type=_positive, default=os.cpu_count() or 1, metavar="N", help="so many at a time"
    )
    rerun.add_argument("--seconds", type=_seconds, metavar="S", help="time limit of one notebook")
    rerun.set_defaults(run=_rerun)

    demo = commands.add_parser("demo", help="build a release, make a class of 24, grade it, and show the results")
    demo.add_argument("--folder", type=Path, default=Path("demo"), help="where to (default: demo)")
    demo.add_argument("-j", "--jobs", type=_positive, default=os.cpu_count() or 1, metavar="N")
    demo.set_defaults(run=_demo)

    where = commands.add_parser("where", help="show where an item lives")
    where.add_argument("item")
    where.set_defaults(run=_where)

    systems.add_commands(commands)

    doctor = commands.add_parser("doctor", help="show how code can be isolated on this machine, and what is missing")
    doctor.set_defaults(run=_doctor)
    return parser


def _add_how(parser: argparse.ArgumentParser) -> None:
    """Add the options of the commands that grade: in how many processes, how isolated, within which limits."""
    parser.add_argument("-j", "--jobs", type=_positive, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument(
        "--isolation",
        choices=("auto", *MODES),
        default="auto",
        help="how the code is kept from this machine (default: the best that works here; see `autograder doctor`)",
    )
    parser.add_argument("--require-isolation", action="store_true", help="grade nothing where code cannot be isolated")
    parser.add_argument("--fresh", action="store_true", help="grade all, whatever an interrupted run has graded")
    parser.add_argument("--no-journal", action="store_true", help="keep no record by which a killed run could go on")
    parser.add_argument("--call-seconds", type=_seconds, metavar="S", help="time limit of one call of student code")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a positive whole number, got {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:  # NaN is not
        raise argparse.ArgumentTypeError(f"expected a positive number of seconds, got {text!r}")
    return seconds


def _build(options: argparse.Namespace) -> int:
    from .release import build, check_release, zip_release

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


def _grade(options: argparse.Namespace) -> int:
    from .console import grade_class, show_isolation, show_reports
    from .journal import FOLDER, Journal, belongs_to
    from .submissions import find_submissions

    course = Course.find()
    assignment = course.assignment(options.assignment)
    how = _how(options, _items(options, assignment))
    with contextlib.ExitStack() as stack:
        submissions = find_submissions(options.paths, assignment.name, stack.enter_context(scratch.folder()))
        for output in (None if options.json == "-" else options.json, options.csv, options.page):
            if output is not None:
                _claim(Path(output))
        gradebook = _gradebook(assignment, options)
        journal = None
        if not options.no_journal:
            run = belongs_to(assignment, how, options.paths)
            journal = stack.enter_context(Journal(course.root / FOLDER, run, fresh=options.fresh))
        show_isolation(how.chosen())
        reports, complete = grade_class(submissions, assignment, how, options.jobs, journal)
        _write_outputs(reports, assignment, options)
        show_reports(reports, file=sys.stderr if options.json == "-" else sys.stdout)
        for line in gradebook.write(reports, submissions) if gradebook else ():
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
    from .grading import Options
    from .sandbox.limits import Limits
    from .sandbox.modes import choose

    limits = Limits() if options.call_seconds is None else Limits(call_seconds=options.call_seconds)
    return Options(items, limits, choose(options.isolation, required=options.require_isolation))


def _regrade(options: argparse.Namespace) -> int:
    from .console import show_isolation
    from .journal import FOLDER, Journal, belongs_to
    from .regrade import changes_since, fingerprint, make_plan, regrade, show_outcome, show_plan
    from .submissions import find_submissions

    start = time.perf_counter()
    reports, assignment = _read_reports(options.reports)
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
    from .exports import write_json_lines
    from .regrade import replace_reports

    if options.json == "-":
        write_json_lines(reports, sys.stdout)
    elif options.json and Path(options.json).resolve() != options.reports.resolve():
        with replacing(Path(options.json)) as path, path.open("w", encoding="utf-8") as file:
            write_json_lines(reports, file)
    elif list(reports) != list(earlier):
        print(f"wrote {options.reports}; the old one is {replace_reports(reports, options.reports, was)}")
    else:
        print(f"{options.reports} is up to date")


def _gradebook(assignment: Assignment, options: argparse.Namespace) -> Target | None:
    """nbgrader's gradebook, if `options` ask for it. Importing nbgrader takes seconds."""
    if not (options.gradebook or options.db):
        return None
    from .nbgrader_plugin.straight import Target

    return Target(assignment, options.db)


def _write_outputs(reports: Sequence[Report], assignment: Assignment, options: argparse.Namespace) -> None:
    """Write what `options` ask for."""
    from .exports import write_csv, write_json_lines
    from .feedback import write_class_page

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
    """Make the folder of `path`; raise `UsageError` if it cannot be written: before a class is graded for nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() or path.is_dir():
            path.open("a").close()
        elif not path.exists():
            tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


def _read_reports(path: Path) -> tuple[list[Report], Assignment]:
    """The reports in `path`, and the assignment that all of them are about."""
    reports = systems.read_reports(path)
    names = sorted({report.assignment for report in reports})
    if len(names) != 1:
        raise UsageError(f"{path}: expected reports of one assignment, got {', '.join(names) or 'no reports'}")
    return reports, Course.find().assignment(names[0])


def _feedback(options: argparse.Namespace) -> int:
    from .feedback import write_student_pages
    from .submissions import find_submissions

    reports, assignment = _read_reports(options.reports)
    manual, status = _by_hand(reports, assignment, options)
    with scratch.folder() as folder:
        submissions = find_submissions(options.submissions, assignment.name, folder)
        pages = write_student_pages(reports, assignment, options.folder, manual=manual, submissions=submissions)
    print(f"wrote {len(pages)} pages into {options.folder}")
    return status


def _report(options: argparse.Namespace) -> int:
    from .feedback import page_name, write_class_page

    reports, assignment = _read_reports(options.reports)
    links = {}
    for report in reports if options.pages else ():
        page = options.pages / page_name(report.submission)
        if page.is_file():
            links[report.submission] = quote(Path(os.path.relpath(page, options.page.parent)).as_posix())
    manual, status = _by_hand(reports, assignment, options)
    print(f"wrote {write_class_page(reports, assignment, options.page, manual=manual, links=links)}")
    return status


def _by_hand(
    reports: Sequence[Report], assignment: Assignment, options: argparse.Namespace
) -> tuple[dict[str, ByHand] | None, int]:
    """What people have decided, if `options` ask for it; the exit status is 1 where the gradebook has other scores."""
    if not (options.gradebook or options.db):
        return None, OK
    from .nbgrader_plugin.by_hand import decisions
    from .nbgrader_plugin.gradebook import default_url

    manual, problems = decisions(reports, assignment, options.db or default_url(assignment.course))
    for problem in problems:
        print(f"autograder: {problem}", file=sys.stderr)
    return manual, INCOMPLETE if problems else OK


def _run(options: argparse.Namespace) -> int:
    from .notebooks import run_notebooks
    from .release import solved_release

    assignment = Course.find().assignment(options.assignment)
    names = options.notebooks or list(assignment.notebooks)
    if unknown := [name for name in names if name not in assignment.notebooks]:
        raise CourseError(f"{assignment.name} has no notebook {unknown[0]!r}; it has {', '.join(assignment.notebooks)}")
    status = OK
    with contextlib.ExitStack() as stack:
        target = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-")))
        folder = solved_release(assignment, target)
        for run in run_notebooks(assignment, folder, names, options.data):
            print(f"{run.notebook:<20} {run.seconds:6.1f} s  {'ok' if not run.problems else 'FAILED'}", flush=True)
            for problem in run.problems:
                status = INCOMPLETE
                print(f"  {problem}")
    return status


def _rerun(options: argparse.Namespace) -> int:
    from .rerun.classes import show_class
    from .rerun.limits import Limits
    from .submissions import find_submissions

    assignment = Course.find().assignment(options.assignment)
    limits = Limits() if options.seconds is None else Limits.within(options.seconds)
    with scratch.folder() as folder:
        submissions = find_submissions(options.paths, assignment.name, folder)
        _claim(options.folder / "any")
        complete = show_class(submissions, assignment, options.folder, limits, options.jobs)
    return OK if complete else INCOMPLETE


def _demo(options: argparse.Namespace) -> int:
    from .demo import run_demo

    return run_demo(Course.find(), options.folder, options.jobs)


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


def _doctor(options: argparse.Namespace) -> int:
    from .console import show_probes
    from .sandbox.modes import IsolationError, choose, probes

    show_probes(probes(), sys.stdout)
    try:
        best = choose(required=True)
    except IsolationError:
        print("\nNo mode of isolation works here: `autograder grade` wants to be told `--isolation none`.")
        return INCOMPLETE
    print(f"\n`autograder grade` takes the mode {best.mode} here: {best.describe()}")
    return OK


def _places(assignment: Assignment, id: str) -> Iterator[str]:
    """Where an item's parts are written, as `what: file, line`."""
    from . import fences
    from .checks.registry import CHECKS

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


if __name__ == "__main__":
    sys.exit(main())

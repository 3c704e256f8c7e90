"""What an instructor sees in the terminal: progress, and a table of reports."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text
from tqdm import tqdm

from .checks.text import printable
from .course import Assignment
from .grading import Options, Report, grade_many
from .journal import Journal
from .processes import ProcessPool
from .sandbox.modes import Isolation, Probe
from .submissions import Submission

#: A table that goes to a file is as wide as its lines need, up to this.
_FILE_WIDTH = 160
_SHOWN = 3


def grade_class(
    submissions: Sequence[Submission],
    assignment: Assignment,
    options: Options,
    jobs: int,
    journal: Journal | None = None,
    keep: Mapping[str, Report] | None = None,
) -> tuple[list[Report], bool]:
    """Grade `submissions` in `jobs` processes with a progress bar, but those that `journal` knows, and the items that
    are in a submission's report in `keep`.

    Returns the reports by name, and False as second if Ctrl-C ended it before all were graded.
    """
    reports: list[Report] = []
    complete = False
    earlier = journal.earlier if journal else {}
    if done := sum(submission.name in earlier for submission in submissions):
        print(
            f"{done} of {len(submissions)} submissions were graded by an earlier run; going on "
            "(--fresh grades all again)",
            file=sys.stderr,
        )
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # in each process, so that jobs add up
    pool = ProcessPool(max(1, min(jobs, len(submissions))))
    try:
        with tqdm(total=len(submissions), unit="submission", disable=None) as bar:
            known = {**(keep or {}), **earlier}
            for report in grade_many(submissions, assignment.course, assignment.name, options, pool, known):
                reports.append(report)
                if journal:
                    journal.add(report)
                bar.update()
        complete = True
    except KeyboardInterrupt:
        pass
    finally:
        pool.stop()
    return sorted(reports, key=lambda report: report.submission), complete


def show_isolation(isolation: Isolation) -> None:
    """Say on standard error how code is about to be kept from this machine."""
    print(f"{'isolation' if isolation.isolated else 'WARNING'}: {isolation.describe()}", file=sys.stderr, flush=True)


def show_probes(probes: Sequence[Probe], file: TextIO) -> None:
    """Print a table: each layer of isolation, whether it works here, and what to do where it does not."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("layer", "", "what was found", "what to do"):
        table.add_column(heading)
    for probe in probes:
        advice = "" if probe.works else probe.advice
        table.add_row(probe.name, "works" if probe.works else "does not", Text(probe.found), Text(advice))
    console_on(file).print(table)


def show_reports(reports: Sequence[Report], file: TextIO) -> None:
    """Print a table: points, and the first things that are not right."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("submission")
    table.add_column("points", justify="right")
    table.add_column("what is not right")
    for report in reports:
        problems = [f"{item.id} {item.verdict}" for item in report.items if item.verdict not in ("correct", "manual")]
        more = f" and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        lines = [", ".join(problems[:_SHOWN]) + more, *map(printable, report.all_notes)]
        points = f"{report.score:g} / {report.max_score:g}"
        table.add_row(Text(report.submission), points, Text("\n".join(line for line in lines if line)))
    console = console_on(file)
    console.print(table)
    for why in sorted({item.message for report in reports for item in report.items if item.verdict == "not graded"}):
        console.print(Text(printable(why)), soft_wrap=True)
    for isolation in sorted({report.isolation for report in reports}):
        console.print(Text(f"isolation: {isolation}"), soft_wrap=True)


def console_on(file: TextIO) -> Console:
    """A console on `file`, wide enough for tables where that is no terminal."""
    return Console(file=file, width=None if file.isatty() else _FILE_WIDTH)

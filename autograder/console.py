"""What an instructor sees in the terminal: progress, and a table of reports."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text
from tqdm import tqdm

from .course import Assignment
from .grading import Options, Report, grade_many
from .submissions import Submission, printable

#: A table that goes to a file is as wide as its lines need, up to this.
_FILE_WIDTH = 160
_SHOWN = 3


def grade_class(
    submissions: Sequence[Submission], assignment: Assignment, options: Options, jobs: int
) -> tuple[list[Report], bool]:
    """Grade `submissions` in `jobs` processes with a progress bar.

    Returns the reports by name, and False as second if Ctrl-C ended it before all were graded.
    """
    reports: list[Report] = []
    complete = True
    # Fresh processes: forking one that has run BLAS threads may hang, and each gets one thread, so that jobs add up.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    pool = ProcessPoolExecutor(max(1, min(jobs, len(submissions))), mp_context=get_context("spawn"))
    try:
        with tqdm(total=len(submissions), unit="submission", disable=None) as bar:
            for report in grade_many(submissions, assignment.course, assignment.name, options, pool):
                reports.append(report)
                bar.update()
    except KeyboardInterrupt:
        complete = False
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return sorted(reports, key=lambda report: report.submission), complete


def show_reports(reports: Sequence[Report], file: TextIO) -> None:
    """Print a table: points, and the first things that are not right."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("submission")
    table.add_column("points", justify="right")
    table.add_column("what is not right")
    for report in reports:
        problems = [f"{item.id} {item.verdict}" for item in report.items if item.verdict not in ("correct", "manual")]
        more = f" and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        lines = [", ".join(problems[:_SHOWN]) + more, *map(printable, report.notes)]
        points = f"{report.score:g} / {report.max_score:g}"
        table.add_row(Text(report.submission), points, Text("\n".join(line for line in lines if line)))
    console = Console(file=file, width=None if file.isatty() else _FILE_WIDTH)
    console.print(table)
    for isolation in sorted({report.isolation for report in reports}):
        console.print(Text(f"isolation: {isolation}"))

"""Measures how long the pages about a class of 300 take: each student's, and the one about the class.

    python -m tools.bench_pages

The class is the demonstration's 24, graded for real and repeated under other names, with their saved models.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import dataclasses
import sys
import tempfile
import time
from pathlib import Path

from autograder.console import grade_class
from autograder.course import Course
from autograder.demo import ASSIGNMENT, LIMITS, class_of_24, make_class, strongest
from autograder.feedback import page_name, write_class_page, write_student_pages
from autograder.grading import Options
from autograder.submissions import Submission, find_submissions

COUNT, AIM = 300, 30


def main():
    """Print the times and sizes. Returns 0 if they are within the aim."""
    assignment = Course.find().assignment(ASSIGNMENT)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_class(assignment, class_of_24(assignment), folder)
        found = find_submissions([folder / "submitted"], assignment.name, folder / "unpacked")
        graded, _ = grade_class(found, assignment, Options(limits=LIMITS, isolation=strongest()), os.cpu_count())
        work = {submission.name: submission.path for submission in found}
        names = [f"s{number:03}" for number in range(COUNT)]
        chosen = [graded[number % len(graded)] for number in range(COUNT)]
        reports = [dataclasses.replace(report, submission=name) for name, report in zip(names, chosen, strict=True)]
        submissions = [Submission(name, work[report.submission]) for name, report in zip(names, chosen, strict=True)]
        links = {name: page_name(name) for name in names}

        pages, seconds = _timed(
            f"{COUNT} students' pages",
            lambda: write_student_pages(reports, assignment, folder / "pages", submissions=submissions),
        )
        (page,), more = _timed(
            "the page about the class",
            lambda: [write_class_page(reports, assignment, folder / "class.html", links=links)],
        )
        sizes = sorted(path.stat().st_size / 1000 for path in pages)
        print(f"  a student's page has {sizes[len(sizes) // 2]:.0f} kB in the middle, at most {sizes[-1]:.0f} kB; the")
        print(f"  class's has {page.stat().st_size / 1000:.0f} kB; aim: {AIM} s for all, in one process")
    return 0 if seconds + more < AIM else 1


def _timed(what, action):
    start, used = time.perf_counter(), time.process_time()
    done = action()
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    print(f"  {what:<28} {wall:6.1f} s wall {cpu:6.1f} s CPU", flush=True)
    return done, wall


if __name__ == "__main__":
    sys.exit(main())

"""Measures what the README states: how long a check takes, and what the worker process costs.

    make bench

Everything is measured in one run on the solution itself, with one BLAS thread; ratios are what to compare
between machines.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import tempfile
import time
from pathlib import Path

from autograder.checks.engine import VISIBLE, Case, run_check
from autograder.checks.registry import CHECKS
from autograder.checks.student import Code, LocalSession
from autograder.course import Course
from autograder.grading import Options, grade_one
from autograder.reference import executor_of, live_reference
from autograder.release import solved_release
from autograder.sandbox.session import WorkerSession
from autograder.submissions import Submission

REPEATS = 5


def main() -> None:
    """Print the tables."""
    course = Course.find()
    assignment = course.assignment("assignment1")
    reference = live_reference(course)
    codes = [item for item in assignment.items if item.kind == "code"]
    cases = (VISIBLE, *(Case(seed, False) for seed in course.hidden_seeds))

    print(f"one check on the visible case, as a student waits for it (median of {REPEATS}, ms)")
    times = {}
    for item in codes:
        runs = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            run_check(CHECKS[item.id], item.points, _local(course), _of(reference, item.id))
            runs.append(time.perf_counter() - start)
        times[item.id] = statistics.median(runs)
    for id, seconds in sorted(times.items(), key=lambda pair: -pair[1])[:5]:
        print(f"  {id:<32} {1000 * seconds:7.1f}")
    print(f"  {'all ' + str(len(times)):<32} {1000 * sum(times.values()):7.1f}")

    print(f"\none submission, {len(codes)} items, {len(cases)} cases each (median of {REPEATS}, s)")
    with tempfile.TemporaryDirectory() as scratch:
        folder = solved_release(assignment, Path(scratch))
        options = Options(items=tuple(item.id for item in codes))

        def inside() -> None:
            for item in codes:
                run_check(CHECKS[item.id], item.points, _local(course), _of(reference, item.id), cases)

        def worker() -> None:
            with WorkerSession(folder, assignment.release / "cs231n") as session:
                for item in codes:
                    run_check(
                        CHECKS[item.id],
                        item.points,
                        lambda case: Code(session, seed=case.seed),
                        _of(reference, item.id),
                        cases,
                    )

        base = None
        for name, run in (
            ("in this process", inside),
            ("in a worker process", worker),
            (
                "autograder grade, whole",
                lambda: grade_one(Submission("x", folder), course.root, assignment.name, options),
            ),
        ):
            runs = []
            for _ in range(REPEATS):
                start = time.perf_counter()
                run()
                runs.append(time.perf_counter() - start)
            seconds = statistics.median(runs)
            base = base or seconds
            print(f"  {name:<32} {seconds:7.3f}   {seconds / base:5.1f} x")


def _local(course):
    return lambda case: Code(LocalSession(executor_of(course)), seed=case.seed)


def _of(reference, id):
    return lambda case: reference(id, case)


if __name__ == "__main__":
    main()

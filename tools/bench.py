"""Measures what the README states: how long a check takes, and what it costs to run it apart from the grader.

    make bench

Everything is measured in one run with one BLAS thread; ratios are what to compare between machines, and on a shared
machine also between runs.

CPU time is that of all processes concerned: what this process and the children that it has waited for have used, and
the same of each descendant that lives (a fork server, bubblewrap around it, a worker), read before a submission, before
its worker is ended, and after. A worker that has ended is in the sum through the process that waited for it; where that
was killed together with it ("strict"), ending it counts for nothing. The kernel counts living processes in ticks of
10 ms, so that the mean over all submissions of a mode is printed.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import contextlib
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import psutil

from autograder.checks.compare import close
from autograder.checks.engine import VISIBLE, Case, run_check
from autograder.checks.executor import Executor
from autograder.checks.registry import CHECKS
from autograder.checks.student import Code, LocalSession
from autograder.course import Course
from autograder.grading import Options, grade_one
from autograder.reference import executor_of, live_reference
from autograder.release import solved_release
from autograder.sandbox import sources
from autograder.sandbox.launch import launcher
from autograder.sandbox.modes import Isolation, attempt
from autograder.sandbox.session import WorkerSession
from autograder.submissions import Submission

REPEATS = 5

#: Submissions of ten small calls: rounds, in each of which every mode grades so many, fast ones and slow ones.
ROUNDS, FAST, SLOW = 8, 8, 2
INSIDE, PLAIN, DEFAULT = "in this process", "plain subprocess", "bubblewrap"
AIMS = (
    ("more", "CPU over in this process, ms", "at most", 25),
    ("x plain", "rate over that of the plain subprocess", "at least", 6),
    ("call ms", "a small call, ms", "at most", 0.4),
    ("8 MB ms", "8 MB both ways, ms", "at most", 20),
)


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
            (INSIDE, inside),
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

        made = Path(scratch) / "made"
        shutil.copytree(folder / "cs231n", made / "cs231n")
        (made / "cs231n" / "round_trip.py").write_text("def same(x):\n    return x\n")
        _isolation(made, assignment.release / "cs231n", ten_calls(_local(course)(VISIBLE)))


def _local(course):
    return lambda case: Code(LocalSession(executor_of(course)), seed=case.seed)


def _of(reference, id):
    return lambda case: reference(id, case)


def ten_calls(student):
    """The arrays and numbers that ten calls of small functions give."""
    rng = np.random.RandomState(0)
    x, w, b, dout = rng.randn(10, 4, 5), rng.randn(20, 7), rng.randn(7), rng.randn(10, 7)
    scores, y = rng.randn(20, 10), rng.randint(0, 10, 20)
    weights, data = rng.randn(30, 10), rng.randn(20, 30)
    out, cache = student.layers.affine_forward(x, w, b)
    relu, relu_cache = student.layers.relu_forward(out)
    return [
        out,
        relu,
        *student.layers.affine_backward(dout, cache),
        student.layers.relu_backward(dout, relu_cache),
        *student.layers.svm_loss(scores, y),
        *student.layers.softmax_loss(scores, y),
        *student.classifiers.linear_svm.svm_loss_naive(weights, data, y, 0.1),
        *student.classifiers.linear_svm.svm_loss_vectorized(weights, data, y, 0.1),
        *student.classifiers.softmax.softmax_loss_vectorized(weights, data, y, 0.1),
        student.optim.sgd(w, w, {"learning_rate": 0.1})[0],
    ]


def _isolation(folder, fallback, expected):
    """Print what ten small calls, one call and a large array cost in each mode of isolation."""
    print(
        f"\none submission of ten small calls, compared here: medians of {ROUNDS} rounds of {FAST}, of {SLOW} where a\n"
        f"process starts for each; {os.cpu_count()} cores, one grader, one BLAS thread"
    )
    open_in, used, missing = {INSIDE: lambda: _inside(folder, fallback)}, {}, {}
    for name, isolation in _isolations():
        if isinstance(isolation, str):
            missing[name] = isolation
        else:
            used[name] = isolation
            open_in[name] = lambda isolation=isolation: WorkerSession(folder, fallback, isolation=isolation)

    first, graded, calls, copies = defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list)
    for _ in range(ROUNDS):  # in turns, so that what else the machine does meets all alike
        for name, open_session in open_in.items():
            if name in used:
                launcher(used[name]).close()
            first[name].append(_grade(open_session, expected)[0])
            count = SLOW if name in (PLAIN, "strict") else FAST
            graded[name] += [_grade(open_session, expected) for _ in range(count)]
            with open_session() as session:
                student = Code(session, seed=VISIBLE.seed)
                calls[name] += _round_trips(student, np.ones((10, 20)), 50)
                copies[name] += _round_trips(student, np.random.RandomState(0).randn(1000, 1000), 8)
    wall = {name: 1000 * statistics.median(seconds for seconds, _ in graded[name]) for name in open_in}
    cpu = {name: 1000 * statistics.mean(seconds for _, seconds in graded[name]) for name in open_in}

    found = {}
    for name in open_in:
        found[name] = {
            "ms": wall[name],
            "per s": 1000 / wall[name],
            "x plain": wall[PLAIN] / wall[name],
            "CPU ms": cpu[name],
            "more": cpu[name] - cpu[INSIDE],
            "call ms": statistics.median(calls[name]),
            "8 MB ms": statistics.median(copies[name]),
            "start ms": max(0.0, 1000 * statistics.median(first[name]) - wall[name]),
        }
    print(" " * 35 + "".join(f"{title:>9}" for title in found[INSIDE]))
    for name, row in found.items():
        print(f"  {name:<33}" + "".join(f"{n:>9.{3 if title == 'call ms' else 1}f}" for title, n in row.items()))
    for name, reason in missing.items():
        print(f"  {name:<32} missing here: {reason}")
    print(
        "  ms, per s: wall time of a submission; x plain: rate over that of the plain subprocess; CPU: of all its\n"
        "  processes; more: CPU over in this process; call: 1.6 kB both ways; 8 MB: a call with so much both ways;\n"
        "  start: what the first submission takes more, because the fork server starts"
    )
    if DEFAULT in found:
        print(f"  {DEFAULT} against the aims:")
        for title, what, bound, aim in AIMS:
            print(f"    {what:<40} {found[DEFAULT][title]:8.3g}   {bound} {aim:g}")


def _isolations():
    """Every mode by its name: how it isolates, or why the machine cannot do it."""
    for mode in (DEFAULT, "landlock"):
        best = attempt(mode)
        yield mode, best
        bare = f"{mode}, no nested namespaces"
        if isinstance(best, str):
            yield bare, best
        elif best.namespaces:
            yield bare, Isolation(mode, namespaces=False, landlock=best.landlock)
        else:
            yield bare, "the machine allows no nested namespaces: it is the same as above"
    yield "strict", attempt("strict")
    yield PLAIN, Isolation("none")


@contextlib.contextmanager
def _inside(folder, fallback):
    """A session in this process, which imports the submission as a worker does."""
    finders = sys.meta_path.copy()
    sources.install(sources.collect(folder, fallback))
    try:
        yield LocalSession(Executor(sources.PACKAGE))
    finally:
        sys.meta_path[:] = finders
        for name in [name for name in sys.modules if name.partition(".")[0] == sources.PACKAGE]:
            del sys.modules[name]


def _grade(open_session, expected):
    """Wall and CPU seconds for one submission of ten small calls, from nothing to the end of its worker."""
    before = _cpu_seconds()
    start = time.perf_counter()
    with open_session() as session:
        got = ten_calls(Code(session, seed=VISIBLE.seed))
        if not all(close(ours, theirs) for ours, theirs in zip(got, expected, strict=True)):
            raise AssertionError("a result differs from the reference's")
        wall = time.perf_counter() - start
        graded = _cpu_seconds()
        start = time.perf_counter()
    wall += time.perf_counter() - start
    return wall, graded - before + max(0.0, _cpu_seconds() - graded)


def _round_trips(student, array, count):
    """Milliseconds for each of `count` calls that give `array` back, after a first one."""
    student.round_trip.same(array)
    runs = []
    for _ in range(count):
        start = time.perf_counter()
        student.round_trip.same(array)
        runs.append(1000 * (time.perf_counter() - start))
    return runs


def _cpu_seconds():
    """CPU time of this process and all its descendants so far."""
    this = psutil.Process()
    times = [this.cpu_times()]
    for child in this.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            times.append(child.cpu_times())
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


if __name__ == "__main__":
    main()

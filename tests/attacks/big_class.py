"""Grades a class of 300, every tenth of them hostile, and looks at what it cost and what is left of it.

    make class          (some minutes on 2 cores; needs Linux with namespaces)

The honest ones are made as the demo's: complete, untouched, and with one item replaced from `tests/submissions`. Each
kind of them is graded alone first; in the class each must get exactly the same score. The hostile ones hold the attacks
of `families`, and are graded, with everybody, in an arena by an unprivileged user.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from multiprocessing import resource_tracker
from pathlib import Path

import psutil

from autograder import corpus, demo
from autograder.console import grade_class
from autograder.course import Assignment, Course
from autograder.grading import Options, Report
from autograder.sandbox.limits import Limits
from autograder.sandbox.modes import Isolation, choose
from autograder.submissions import find_submissions

from . import arena
from .attack import Attack
from .decoys import Decoys, fresh_secret
from .families import ALL
from .hostile import ITEM, write_package
from .leftovers import World

KINDS = 45
LIMITS = Limits(call_seconds=2.0, budget_seconds=60.0, memory_mb=512)
SECONDS = 3600.0


def main() -> int:
    """Make the honest part of the class, have it all graded in an arena, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        return inside(arguments.inside, arguments.size)
    assignment = Course(arena.REPOSITORY).assignment(demo.ASSIGNMENT)
    folder = arena.REPOSITORY / "build" / "class"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    kinds = honest_kinds(assignment)
    print(f"Grading {len(kinds)} kinds of honest submissions alone ...", flush=True)
    demo.make_class(assignment, kinds, folder / "kinds")
    reports, _ = graded(folder / "kinds", assignment, Isolation("none"), [])
    scores = {report.submission: points_of(report) for report in reports}
    if surprises := demo.unexpected(kinds, reports):
        raise SystemExit("\n".join(surprises))
    expected = {}
    for number in range(arguments.size - arguments.size // 10):
        kind = kinds[number % len(kinds)].name
        name = f"student-{number:03}"
        shutil.copytree(folder / "kinds" / "submitted" / kind, folder / "submitted" / name)
        expected[name] = scores[kind]
    (folder / "expected.json").write_text(json.dumps(expected))
    command = [sys.executable, "-m", __spec__.name, "--inside", str(folder), "--size", str(arguments.size)]
    arena.run(command, SECONDS, lambda line: print(line, flush=True))
    shutil.rmtree(folder)
    return 0


def honest_kinds(assignment: Assignment) -> list[demo.Member]:
    """Complete, untouched, and one item replaced by an implementation that ends by itself."""
    variants = [
        variant
        for variant in corpus.variants(assignment)
        if assignment.item(variant.item).kind == "code" and variant.verdict in ("correct", "partial", "wrong")
    ]
    chosen = [variants[i * len(variants) // KINDS] for i in range(KINDS)]
    return [
        demo.Member("complete", "everything right", lambda folder: None, {}),
        demo.Member("untouched", "nothing done", lambda folder: None, {}, others="missing", untouched=True),
        *(
            demo.Member(f"kind-{n}", v.name, demo.variant_change(assignment, v), {v.item: v.verdict}, others="")
            for n, v in enumerate(chosen)
        ),
    ]


def points_of(report: Report) -> list[list[object]]:
    """What a report is compared by."""
    return [[item.id, item.verdict, item.points] for item in report.items]


def graded(
    folder: Path, assignment: Assignment, isolation: Isolation, more: Sequence[Path]
) -> tuple[list[Report], bool]:
    """The reports on the submissions in `folder` and in the folders `more`."""
    with tempfile.TemporaryDirectory() as scratch:
        found = find_submissions([folder / "submitted", *more], assignment.name, Path(scratch))
        options = Options(limits=LIMITS, isolation=isolation)
        return grade_class(found, assignment, options, os.cpu_count() or 1)


def inside(folder: Path, size: int) -> int:
    """Grade the class here, in an arena; 0 if all is as it must be."""
    assignment = Course(arena.REPOSITORY).assignment(demo.ASSIGNMENT)
    expected = json.loads((folder / "expected.json").read_text())
    decoys = Decoys(Path("/tmp/decoys"), fresh_secret())
    hostile = Path("/tmp/hostile")
    attacks = chosen_attacks(size - len(expected))
    for number, attack in enumerate(attacks):
        target = hostile / f"hostile-{number:02}" / assignment.name
        if attack.kind == "submission":
            target.mkdir(parents=True)
            attack.run(target, decoys.targets)
        else:
            write_package(target, attack.run, ITEM, decoys.targets)
    isolation = choose(required=True)
    print(f"Grading {size} submissions, {len(attacks)} of them hostile; {isolation.describe()}", flush=True)
    resource_tracker.ensure_running()  # Python's own, which stays for as long as this process does
    world = World(decoys.pids)
    with _Watch() as watch:
        reports, _ = graded(folder, assignment, isolation, [hostile])
    names = {report.submission: report for report in reports}
    different = [n for n, points in expected.items() if n not in names or points_of(names[n]) != points]
    print(f"{len(reports)} reports in {watch.seconds:.0f} s, {watch.cpu:.0f} s of CPU time")
    print(f"honest submissions with another result than alone: {len(different)} of {len(expected)} {different[:5]}")
    rewarded = [report.submission for report in reports if report.submission not in expected and report.score]
    harm = decoys.harm()
    left = world.left(decoys.pids, 5.0)
    print(f"hostile submissions with points: {len(rewarded)} {rewarded[:5]}; harm to decoys: {sorted(harm) or 'none'}")
    for process in psutil.Process().children(recursive=True) if left else ():
        print(f"  {process.pid} {' '.join(process.cmdline())[:200]}")
    print(f"left behind (processes, files, shared memory): {sorted(left) or 'nothing'}")
    early, late = watch.means()
    print(f"memory of the grader's own processes: {early:.0f} MB in the second quarter, {late:.0f} MB in the last")
    decoys.close()
    return 1 if different or harm or left or len(reports) != size or late > 1.1 * early else 0


def chosen_attacks(count: int) -> list[Attack]:
    """`count` attacks, from every family in turn."""
    families: dict[str, list[Attack]] = {}
    for attack in ALL.values():
        if "friend" not in attack.options:
            families.setdefault(attack.family, []).append(attack)
    found: list[Attack] = []
    while len(found) < count:
        for attacks in families.values():
            if attacks:
                found.append(attacks.pop(0))
    return found[:count]


class _Watch:
    """Looks at the memory of this process and its graders, not of their workers, while something runs."""

    def __enter__(self) -> _Watch:
        self._start, self._samples, self._over = time.monotonic(), list[float](), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.seconds = time.monotonic() - self._start
        times = os.times()
        self.cpu = times.user + times.system + times.children_user + times.children_system

    def means(self) -> tuple[float, float]:
        """Megabytes in the second and in the last quarter of the time."""
        quarter = max(1, len(self._samples) // 4)
        return sum(self._samples[quarter : 2 * quarter]) / quarter, sum(self._samples[-quarter:]) / quarter

    def _run(self) -> None:
        while not self._over.wait(0.5):
            used = 0
            for process in (psutil.Process(), *psutil.Process().children()):
                try:
                    used += process.memory_info().rss
                except psutil.Error:
                    continue
            self._samples.append(used / 1e6)


if __name__ == "__main__":
    sys.exit(main())

"""The real grader, as a process in an arena: grades hostile submissions one after the other, and honest ones between.

What it knows of the product is in the first part: which modes there are and how a session is opened.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from autograder.checks.errors import NotGraded, WorkerFault
from autograder.checks.executor import CodeError, Request
from autograder.corpus import solved_package
from autograder.course import Course
from autograder.grading import Options, Report, grade_one
from autograder.sandbox.limits import Limits
from autograder.sandbox.modes import IsolationError, choose
from autograder.sandbox.session import WorkerSession
from autograder.submissions import Submission

from .arena import REPOSITORY
from .attack import Attack, Targets
from .families import ALL
from .hostile import HARMLESS, ITEM, item_of, write_package
from .measure import measured
from .result import shortened

# ---- the product ----------------------------------------------------------------------------------------------

#: Modes as the table calls them: what the product calls them, and whether workers have nested namespaces (None: as it
#: comes).
MODES: dict[str, tuple[str, bool | None]] = {
    "bubblewrap": ("bubblewrap", True),
    "bubblewrap-flat": ("bubblewrap", False),
    "landlock": ("landlock", True),
    "landlock-flat": ("landlock", False),
    "strict": ("strict", None),
    "auto": ("auto", None),
    "none": ("none", None),
}
ISOLATING = ("bubblewrap", "bubblewrap-flat", "landlock", "landlock-flat", "strict")

ASSIGNMENT = "assignment1"
FALLBACK = REPOSITORY / "assignments" / ASSIGNMENT / "cs231n"
#: For hostile submissions: short, so that a suite of them is quick.
SHORT = Limits(call_seconds=1.5, budget_seconds=6.0, memory_mb=256, reply_mb=32)


class NotHere(Exception):
    """This machine has not got the mode."""


def isolation(mode: str) -> Any:
    """The product's isolation for one of `MODES`; raise `NotHere` where the machine has not got it."""
    name, namespaces = MODES[mode]
    try:
        chosen = choose(name)
    except IsolationError as error:
        raise NotHere(str(error)) from None
    if namespaces and not chosen.namespaces:
        raise NotHere("no nested namespaces")
    return chosen if namespaces is None else dataclasses.replace(chosen, namespaces=namespaces)


def grade(name: str, folder: Path, items: tuple[str, ...], limits: Limits, isolation: Any) -> Report:
    """The report on the submission in `folder`."""
    return grade_one(Submission(name, folder), REPOSITORY, ASSIGNMENT, Options(items, limits, isolation))


# ---- one submission after the other ---------------------------------------------------------------------------


class Grader:
    """Grades with one isolation; the same thread grades what comes after a hostile submission."""

    def __init__(self, isolation: Any, scratch: Path) -> None:
        self._isolation, self._scratch = isolation, scratch
        self._honest = scratch / "honest"
        solved_package(Course(REPOSITORY).assignment(ASSIGNMENT), self._honest)
        self._beside = ThreadPoolExecutor(1)
        self._number = 0

    def warm_up(self) -> None:
        """Grade an honest submission in each thread, so that all that is kept for a class is there."""
        for shortfall in (self.honest(), self._beside.submit(self.honest).result()):
            if shortfall:
                raise RuntimeError(f"the honest submission: {shortfall}")

    def honest(self) -> str:
        """What an honest submission falls short of its exact score by, in words; "" if it gets that."""
        try:
            report = grade("honest", self._honest, (ITEM,), Limits(), self._isolation)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        (item,) = report.items
        return "" if report.score == report.max_score > 0 else f"{item.verdict}: {item.message}"

    def face(self, attack: Attack, targets: Targets, *, honest: bool) -> dict[str, Any]:
        """The outcome of `attack`'s submission, and what honest submissions beside and, if `honest`, after it fall
        short by."""
        beside = self._beside.submit(self.honest) if attack.options.get("beside") else None
        limits = dataclasses.replace(SHORT, **attack.options.get("limits", {}))
        item = item_of(attack)
        if attack.kind == "submission":
            folder = self._folder()
            folder.mkdir()
            attack.run(folder, targets)
            outcome = self._graded(folder, attack.options.get("items", ()), limits)
        elif item is not None:
            folder = self._folder()
            write_package(folder, attack.run, item, targets)
            outcome = self._graded(folder, (item,), limits)
        else:
            outcome = self._called(attack.run, targets, limits, attack.options.get("calls", 1))
            if "friend" in attack.options:
                outcome = self._called(attack.options["friend"], targets, limits)
        shortfalls = [beside.result() if beside else "", self.honest() if honest else ""]
        return {"outcome": shortened(outcome), "honest": "; ".join(filter(None, shortfalls))}

    def _folder(self) -> Path:
        self._number += 1
        return self._scratch / f"hostile-{self._number}"

    def _graded(self, folder: Path, items: tuple[str, ...], limits: Limits) -> dict[str, Any]:
        def one() -> dict[str, Any]:
            try:
                report = grade("hostile", folder, items, limits, self._isolation)
            except Exception as error:
                return {"fault": f"{type(error).__name__}: {error}"}
            return {"points": report.score, "value": json.dumps(report.as_json())}

        outcome, seconds, megabytes = measured(one)
        return {**outcome, "seconds": seconds, "megabytes": megabytes}

    def _called(self, run: Any, targets: Targets, limits: Limits, calls: int = 1) -> dict[str, Any]:
        folder = self._folder()
        write_package(folder, run)

        def one() -> dict[str, Any]:
            value: Any = None
            try:
                with WorkerSession(folder, FALLBACK, limits, self._isolation) as session:
                    for _ in range(calls):
                        value = session.request(Request("call", f"layers.{run.__name__}", (targets,))).value
            except CodeError as error:
                return {"value": f"{error.kind}: {error.text}"}
            except WorkerFault as fault:
                return {"value": f"{fault.verdict}: {fault.text}"}
            except (NotGraded, Exception) as error:
                return {"fault": f"{type(error).__name__}: {error}"}
            return {"value": value}

        outcome, seconds, megabytes = measured(one)
        return {**outcome, "seconds": seconds, "megabytes": megabytes}


def main() -> None:
    """Serve: one line of JSON in for each attack, one out."""
    mode, secret_file = sys.argv[1:3]
    for path in (secret_file, os.path.dirname(secret_file)):
        os.set_inheritable(os.open(path, os.O_RDONLY), True)
    with tempfile.TemporaryDirectory(prefix="grader-") as scratch:
        try:
            chosen = isolation(mode)
        except NotHere as reason:
            _say({"not here": str(reason)})
            return
        grader = Grader(chosen, Path(scratch))
        grader.warm_up()
        _say({"isolation": chosen.describe()})
        for line in sys.stdin:
            order = json.loads(line)
            _say(
                grader.face({**ALL, HARMLESS.name: HARMLESS}[order["attack"]], order["targets"], honest=order["honest"])
            )


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    main()

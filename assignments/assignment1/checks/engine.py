"""Runs one check on one item and gives a verdict: the same here and in the grader."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .errors import NotGraded, WorkerFault
from .executor import CodeError
from .expect import Expect, Failure, raised
from .messages import hint, say
from .registry import Check
from .student import Code, changes_of, usage

VERDICTS = (
    "correct",
    "partial",
    "wrong",
    "error",
    "timeout",
    "memory",
    "missing",
    "blocked",
    "manual",
    "not graded",
)

#: The seed of the cases that students see.
VISIBLE_SEED = 0


@dataclass(frozen=True)
class Case:
    """One run of a check: the seed of its random inputs, and whether students can see it."""

    seed: int
    visible: bool


VISIBLE = Case(VISIBLE_SEED, True)


@dataclass(frozen=True)
class ItemResult:
    """What became of one item."""

    id: str
    verdict: str
    points: float
    max_points: float
    message: str
    hint: str = ""
    mistake: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


def run_check(
    check: Check,
    points: float,
    student: Callable[[Case], Code],
    reference: Callable[[Case], Code],
    cases: tuple[Case, ...] = (VISIBLE,),
    earlier: Mapping[str, str] | None = None,
    *,
    trust_reference: bool = True,
) -> ItemResult:
    """Judge one item.

    `student` and `reference` give the code under test and the reference for a case. `earlier` maps items
    judged before to their verdicts: where an item that this one needs is not right, a failure is called
    "blocked". `trust_reference` is False where the code under test is the reference itself. Never raises over what
    the student's code does.
    """
    start = time.perf_counter()
    expect = Expect(check.main, check.edge, trust_reference=trust_reference)

    def result(verdict: str, failure: Failure, fraction: float = 0.0) -> ItemResult:
        seconds = round(time.perf_counter() - start, 4)
        earned = round(points * fraction, 2)
        return ItemResult(check.id, verdict, earned, points, failure.message, failure.hint, failure.mistake, seconds)

    def failed(verdict: str, failure: Failure) -> ItemResult:
        needed = next((need for need in check.needs if (earlier or {}).get(need, "correct") not in _FINE), None)
        if needed is not None:
            return result("blocked", Failure(say("blocked", needs=needed)))
        return result(verdict, failure)

    try:
        if check.module:
            used = usage(student(cases[0]), check.module, check.qualified_name)
            if used["stub"]:
                return result("missing", Failure(say("missing", item=check.id)))
            if fault := _terms_broken(check, used, expect):
                return failed("wrong", fault)
        for case in cases:
            rng = expect.start(case.seed, visible=case.visible, item=check.id)
            code = student(case)
            # The check's own arithmetic works on whatever came.
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                check.run(code, reference(case), expect, rng)
            # What a function that this item builds upon changes is counted there.
            changes = [change for change in changes_of(code) if change.partition(":")[0] not in check.needs]
            if changes and not check.in_place:
                expect.changed = Failure(say("changed", what=changes[0]), hint("changed"), "changed")
    except CodeError as error:
        if error.kind == "NotImplementedError":
            if error.text in (check.id, "", check.function):  # not as it was handed out: something stands below
                return result("missing", Failure(say("missing", item=check.id), hint("still_raises")))
            if error.text not in check.needs:
                return result("missing", Failure(say("missing", item=check.id)))
            return result("blocked", Failure(say("blocked", needs=error.text)))
        if error.kind == "FileNotFoundError" and check.saved:
            return result("missing", Failure(error.text, hint("saved")))
        if error.kind == "MemoryError":
            return failed("memory", Failure(raised(error, visible=expect.visible).message, hint("memory"), "memory"))
        failure = raised(error, visible=expect.visible)
        if failure.mistake in ("syntax", "missing_module"):  # of the whole file: no other item is to blame
            return result("error", failure)
        return failed("wrong" if error.kind == "wrong result" else "error", failure)
    except WorkerFault as fault:
        key = fault.verdict if fault.verdict in ("timeout", "memory") else ""
        return failed(fault.verdict, Failure(fault.text, hint(key) if key else "", key))
    except NotGraded as fault:
        return result("not graded", Failure(say("not_graded", why=fault)))
    except Exception as fault:  # a defect of the check, which must cost neither the points nor the other items
        return result("not graded", Failure(say("not_graded", why=f"{type(fault).__name__} in the check: {fault}")))
    fraction = expect.fraction()
    failure = expect.first_failure() or Failure(say("correct"))
    if fraction >= 1:
        return result("correct", failure, 1.0)
    return result("partial", failure, fraction) if fraction else failed("wrong", failure)


_FINE = ("correct", "partial", "manual", "not graded")


def _terms_broken(check: Check, used: Mapping[str, Any], expect: Expect) -> Failure | None:
    """Whether the source breaks the task's terms: a forbidden name fails the item, loops cost half of it."""
    for name, line in sorted(used["names"].items(), key=lambda pair: (pair[1], pair[0])):
        for banned in check.forbid:
            if name == banned or name.startswith(f"{banned}."):
                return Failure(say("forbidden", line=line, name=name), hint("forbidden"), "forbidden")
    if check.max_loops is not None and len(used["loops"]) > check.max_loops:
        message = say("loops", count=len(used["loops"]), allowed=check.max_loops, line=used["loops"][-1])
        expect.loops = Failure(message, hint("loops"), "loops")
    return None

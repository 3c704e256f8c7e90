"""Runs one check on one item and gives a verdict: the same here and in the grader."""

from __future__ import annotations

import re
import time
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .errors import NotGraded, WorkerFault
from .executor import CodeError
from .expect import Expect, Failure
from .messages import say
from .pictures import Picture
from .registry import CHECKS, Check
from .student import Code, WrongResult, changes_of, usage, was_heard

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
    """What became of one item. `seconds` is what the cases took that students can see: how long code takes on others
    would tell what it was given; `picture` shows where the result that `message` is about is wrong, on one of those."""

    id: str
    verdict: str
    points: float
    max_points: float
    message: str
    hint: str = ""
    mistake: str = ""
    seconds: float = 0.0
    picture: Picture | None = None

    def as_json(self) -> dict[str, Any]:
        """As a JSON object; without a picture if there is none."""
        return {name: value for name, value in asdict(self).items() if name != "picture" or value}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> ItemResult:
        """The result that `as_json` wrote."""
        fields = dict(data)
        picture = fields.pop("picture", None)
        return ItemResult(**fields, picture=Picture.from_json(picture) if picture else None)


_FINE = ("correct", "partial", "manual", "not graded")
#: Faults that have to do with nothing but the file they are in: no other item is to blame.
_OF_THE_FILE = ("syntax", "missing_module")


class Judging:
    """The judging of one item, case by case. `notes` tell the instructor what went wrong in the check itself.

    `student` and `reference` give the code under test and the reference for a case. `trust_reference` is False where
    the code under test is the reference itself.
    """

    def __init__(
        self,
        check: Check,
        points: float,
        student: Callable[[Case], Code],
        reference: Callable[[Case], Code],
        *,
        trust_reference: bool = True,
    ) -> None:
        self.check, self._points = check, points
        self._student, self._reference = student, reference
        self._expect = Expect(check.main, check.edge, trust_reference=trust_reference)
        self._source_read = False
        self._code: Code | None = None
        self.notes: list[str] = []
        self._end: tuple[str, Failure] | None = None
        self._seconds = 0.0

    def run(self, case: Case) -> None:
        """Run one more case, unless an earlier one has ended it. Never raises over what the student's code does."""
        if self._end is not None:
            return
        self._code = None
        start = time.perf_counter()
        rng = self._expect.start(case.seed, visible=case.visible, item=self.check.id)
        try:
            if not self._source_read:
                self._source_read = True
                self._read_source(case)
            if self._end is None:
                self._run(case, rng)
        except CodeError as error:
            self._end = self._raised(error)
        except WorkerFault as fault:
            advice = fault.verdict if fault.verdict in ("timeout", "memory") else ""
            self._end = fault.verdict, self._expect.failure("ended", advice, text=fault.text)
        except NotGraded as fault:
            self._end = "not graded", self._expect.failure("not_graded", why=fault)
        except Exception as fault:  # which must not cost the other items anything
            self._end = self._defect(fault)
        if case.visible:
            self._seconds += time.perf_counter() - start

    def block(self, needs: str) -> None:
        """End it: it cannot work before the item `needs` does."""
        self._end = "blocked", self._expect.failure("blocked", needs=needs)

    def result(self, earlier: Mapping[str, str] | None = None) -> ItemResult:
        """What became of the item, after the cases so far.

        `earlier` maps other items to their verdicts: where one that this item needs is not right, a failure is
        called "blocked".
        """
        verdict, failure, fraction = self._verdict()
        if verdict in ("wrong", "error", "timeout", "memory") and failure.mistake not in _OF_THE_FILE:
            needed = next(
                (need for need in self.check.needs if (earlier or {}).get(need, "correct") not in _FINE), None
            )
            if needed is not None:
                verdict, failure = "blocked", self._expect.failure("blocked", needs=needed)
        return ItemResult(
            self.check.id,
            verdict,
            round(self._points * fraction, 2),
            self._points,
            failure.message,
            failure.hint,
            failure.mistake,
            round(self._seconds, 4),
            failure.picture,
        )

    def _verdict(self) -> tuple[str, Failure, float]:
        if self._end is not None:
            return (*self._end, 0.0)
        fraction = self._expect.fraction()
        failure = self._expect.first_failure() or Failure(say("correct"))
        return "correct" if fraction >= 1 else "partial" if fraction else "wrong", failure, fraction

    def _run(self, case: Case, rng: np.random.RandomState) -> None:
        check, expect = self.check, self._expect
        self._code = code = self._student(case)
        # The check's own arithmetic works on whatever came.
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check.run(code, self._reference(case), expect, rng)
        # What a function that this item builds upon changes is counted there.
        changes = [change for change in changes_of(code) if change.partition(":")[0] not in check.needs + check.carried]
        if changes and not check.in_place and expect.changed is None:
            expect.changed = expect.failure("changed", "changed", what=changes[0])

    def _read_source(self, case: Case) -> None:
        """Whether there is a solution, and its source keeps the task's terms: a forbidden name fails the item, loops
        cost half of it."""
        check, expect = self.check, self._expect
        if not check.module:
            return
        self._code = self._student(case)
        used = usage(self._code, check.module, check.qualified_name)
        if used["stub"]:
            self._end = "missing", expect.failure("missing", item=check.id)
            return
        for name, line in sorted(used["names"].items(), key=lambda pair: (pair[1], pair[0])):
            if any(name == banned or name.startswith(f"{banned}.") for banned in check.forbid):
                self._end = "wrong", expect.failure("forbidden", "forbidden", line=line, used=name)
                return
        loops = used["loops"]
        if check.max_loops is not None and len(loops) > check.max_loops:
            expect.loops = expect.failure("loops", "loops", count=len(loops), allowed=check.max_loops, line=loops[-1])

    def _defect(self, fault: Exception) -> tuple[str, Failure]:
        """The verdict for an exception of the check's own.

        Once a value of the code under test has come, that value is to blame: right ones do not break a check, and if
        the item were "not graded", code could see to it that there are no grades. Before that it is our fault.
        """
        expect, name, place = self._expect, type(fault).__name__, _place(fault)
        if self._code is None or not was_heard(self._code):
            return "not graded", expect.failure("defect", fault=name, place=place, text=fault)
        self.notes.append(say("unjudged_note", item=self.check.id, fault=name, place=place))
        if isinstance(fault, MemoryError):
            return "memory", expect.failure("too_large", "memory")
        return "error", expect.failure("unjudged", "type")

    def _raised(self, error: CodeError) -> tuple[str, Failure]:
        """The verdict for an exception of the student's code."""
        check, expect = self.check, self._expect
        if error.kind == "NotImplementedError":
            if error.text in check.carried:
                return "blocked", expect.failure("blocked_carried", "carry", needs=error.text)
            # Also where it is not among `needs`: one may build a layer upon another that the solution does without.
            if error.text in check.needs or (error.text in CHECKS and error.text != check.id):
                return "blocked", expect.failure("blocked", needs=error.text)
            # Not as it was handed out, where it names the item: something stands below.
            advice = "still_raises" if error.text in (check.id, "", check.function) else ""
            return "missing", replace(expect.failure("missing", advice, item=check.id), mistake="")
        name = check.qualified_name.partition(".")[0]
        lacks = re.fullmatch(rf"module \S+ has no attribute '{name}'", error.text)
        if error.kind == "AttributeError" and lacks and not error.line:  # with a line, code asked for it, and not we
            file = f"{check.module.rpartition('.')[2]}.py"
            return "missing", replace(expect.failure("not_there", "not_there", name=name, file=file), mistake="")
        if error.kind == "FileNotFoundError" and check.saved:
            return "missing", replace(expect.failure("saved_as_is", "saved", text=error.text), mistake="")
        if error.kind == "MemoryError":
            return "memory", expect.raised(error, "memory")
        return "wrong" if isinstance(error, WrongResult) else "error", expect.raised(error)


def run_check(
    check: Check,
    points: float,
    student: Callable[[Case], Code],
    reference: Callable[[Case], Code],
    cases: Sequence[Case] = (VISIBLE,),
    earlier: Mapping[str, str] | None = None,
    *,
    trust_reference: bool = True,
) -> ItemResult:
    """Judge one item on `cases`; for the other arguments see `Judging`."""
    judging = Judging(check, points, student, reference, trust_reference=trust_reference)
    for case in cases:
        judging.run(case)
    return judging.result(earlier)


def judge_all(
    judgings: Sequence[Judging], cases: Sequence[Case], earlier: Mapping[str, str] | None = None
) -> list[ItemResult]:
    """Judge all items of one submission on `cases`; `earlier` are verdicts of items that are not among them.

    All visible cases of all items come first: about them everything is said, also what the code remembers of
    cases that it met before.
    """
    verdicts = dict(earlier or {})
    results: list[ItemResult] = []
    for visible in (True, False):
        results = []
        for judging in judgings:
            spent = [need for need in judging.check.needs if verdicts.get(need) in ("timeout", "memory")]
            if spent:  # it would only wait for the same again
                judging.block(spent[0])
            for case in cases:
                if case.visible == visible:
                    judging.run(case)
            results.append(judging.result(verdicts))
            verdicts[judging.check.id] = results[-1].verdict
    return results


def _place(fault: BaseException) -> str:
    """Where in the checks an exception came from."""
    here = Path(__file__).parent
    places = [(Path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(fault.__traceback__)]
    return next(f"{file.name}, line {line}" for file, line in reversed(places) if file.is_relative_to(here))

"""The checks of one assignment as a student uses them: `check("affine_forward")` in a notebook.

A kit knows the folder that holds the student's `cs231n/` and `saved/`, the items with their points, and where
the reference answers come from: the recording in a release, the live solution in the instructor's own tree.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import answers
from .engine import Case, ItemResult, run_check
from .executor import CodeError, Executor
from .messages import say
from .registry import CHECKS
from .saved import read_saved
from .student import Code, LocalSession
from .values import Array


@dataclass(frozen=True)
class Item:
    """One graded thing of an assignment. `kind` is "code", "model" (graded from saved/) or "question"."""

    id: str
    kind: str
    notebook: str
    points: float
    title: str = ""

    @staticmethod
    def load(path: Path) -> list[Item]:
        """The items of a release, from its items.json."""
        return [Item(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))["items"]]


class Kit:
    """Runs checks on the code in `folder`, in this process."""

    def __init__(self, folder: Path, items: list[Item], reference: Callable[[str, Case], Code]) -> None:
        self.folder = folder
        self.items = {item.id: item for item in items}
        self._reference = reference

    def student(self, case: Case) -> Code:
        """The student's code, with a fresh record of changes and no objects left from earlier checks."""
        return Code(
            LocalSession(Executor("cs231n")),
            seed=case.seed,
            saved=self.saved,
            images=local_images,
        )

    def saved(self, name: str) -> dict[str, Array]:
        """The arrays of a file in saved/."""
        path = self.folder / "saved" / name
        if not path.is_file():
            notebook = next((i.notebook for i in self.items.values() if _file_of(i.id) == name), "the notebook")
            raise CodeError("FileNotFoundError", say("saved_missing", file=name, notebook=f"{notebook}.ipynb"))
        return read_saved(path)

    def run(self, id: str, earlier: dict[str, str] | None = None) -> ItemResult:
        """Judge the item `id`; `earlier` holds the verdicts of items judged before."""
        item = self.items.get(id)
        if item is None:
            raise KeyError(f"there is no item {id!r} here; the items are: {', '.join(self.items)}")
        if item.kind == "question":
            return ItemResult(id, "manual", 0.0, item.points, say("manual"))
        check = CHECKS[id]
        verdicts = dict(earlier or {})

        def judge() -> ItemResult:
            return run_check(check, item.points, self.student, lambda case: self._reference(id, case), earlier=verdicts)

        result = judge()
        unknown = [need for need in check.needs if need not in verdicts and need in self.items]
        if result.verdict in ("wrong", "error") and unknown:
            verdicts |= {need: self.run(need, verdicts).verdict for need in unknown}
            result = judge()
        return result


def _file_of(id: str) -> str:
    """The file in saved/ that the item `id` is graded from, or ""."""
    return CHECKS[id].saved if id in CHECKS else ""


def replaying(recordings: dict[str, answers.Recording]) -> Callable[[str, Case], Code]:
    """The reference of a release: replays what was recorded when it was built."""

    def reference(id: str, case: Case) -> Code:
        session = answers.ReplaySession(recordings.get(id, []))
        return Code(session, seed=case.seed, images=local_images, live=False)

    return reference


@cache
def local_images(dataset: str) -> tuple[Array, Array]:
    """The test images of the data set at hand, if it is the one called `dataset`; raise `CodeError` else."""
    import datasets

    folder, name = datasets.locate()
    if name != dataset:
        raise CodeError("wrong result", say("saved_elsewhere", got=dataset, here=name))
    return datasets.load_batch(folder / "test_batch")


class Score(float):
    """Points earned, shown in a notebook as a coloured panel with the message.

    It is a number because a graded notebook cell is worth the number that it evaluates to.
    """

    result: ItemResult

    def __new__(cls, result: ItemResult) -> Score:
        """The score of `result`."""
        score = super().__new__(cls, result.points)
        score.result = result
        return score

    def __repr__(self) -> str:
        return f"{float(self):g}"

    def _repr_html_(self) -> str:
        result = self.result
        colour = {"correct": "#2e7d32", "partial": "#b26a00", "manual": "#455a64"}.get(result.verdict, "#b3261e")
        advice = f"<div style='margin-top:.3em'>{html.escape(result.hint)}</div>" if result.hint else ""
        return (
            f"<div role='status' style='border-left:.35em solid {colour};padding:.4em .8em;margin:.2em 0'>"
            f"<b style='color:{colour}'>{html.escape(result.id)}: {result.verdict}</b> "
            f"({result.points:g} of {result.max_points:g} points, {result.seconds:.2f} s)"
            f"<div>{html.escape(result.message)}</div>{advice}</div>"
        )


def checker(kit: Callable[[], Kit]) -> Callable[[str], Score]:
    """The `check` function of a notebook, over the kit that `kit()` gives."""

    def check(id: str) -> Score:
        """Check one item; its value is the points that your code earns now."""
        return Score(kit().run(id))

    return check


def scoreboard(results: list[ItemResult], items: dict[str, Item]) -> str:
    """A table of results as plain text, by notebook, with hints below."""
    lines: list[str] = []
    notebook = ""
    for result in results:
        if items[result.id].notebook != notebook:
            notebook = items[result.id].notebook
            lines.append(f"\n{notebook}.ipynb")
        lines.append(
            f"  {result.id:<32} {result.points:>5g} / {result.max_points:<4g} {result.verdict:<10}"
            + (f" {result.message}" if result.verdict not in ("correct", "manual") else "")
        )
        if result.hint and result.verdict != "correct":
            lines.append(f"  {'':<32} {'':>5}   {'':<4} {'':<10} {result.hint}")
    by_hand = sum(r.max_points for r in results if r.verdict == "manual")
    total = sum(r.points for r in results)
    lines.append(f"\n{total:g} of {sum(r.max_points for r in results) - by_hand:g} points by checks")
    if by_hand:
        lines.append(f"{by_hand:g} more points are graded by a person")
    return "\n".join(lines).lstrip("\n")


def run_all(kit: Kit, ids: list[str]) -> list[ItemResult]:
    """Judge the items `ids` of the kit, in order."""
    verdicts: dict[str, str] = {}
    results = []
    for id in ids:
        result = kit.run(id, verdicts)
        verdicts[id] = result.verdict
        results.append(result)
    return results

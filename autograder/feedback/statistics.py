"""What a class's results say about its items, its mistakes, and who may need help."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..course import Assignment
from ..standing import EMPTY, ItemStanding, Standing
from .rendering import SIGNS, number

#: Of fewer submissions any correlation is chance; two always give 1 or -1.
FEWEST_TO_CORRELATE = 5
#: "Far below" is below this share of the median.
FAR_BELOW = 0.5
#: As many items are named where somebody lacks several.
_NAMED = 3


@dataclass(frozen=True)
class ItemStatistics:
    """How a class did on one item; `share` and `discrimination` are None where they mean nothing."""

    id: str
    title: str
    max_points: float
    verdicts: dict[str, int]
    share: float | None
    discrimination: float | None


@dataclass(frozen=True)
class Mistake:
    """A mistake that checks recognised: the key of its hint, the hint, the items and the submissions that made it."""

    key: str
    hint: str
    items: tuple[str, ...]
    submissions: tuple[str, ...]


@dataclass(frozen=True)
class Need:
    """A submission that somebody should look at, and why; `ours` if it is the grader that failed."""

    name: str
    points: float
    reasons: tuple[str, ...]
    ours: bool


@dataclass(frozen=True)
class Timing:
    """How long an item took, in seconds: in the middle of the class, and for the slowest."""

    id: str
    median: float
    slowest: float
    submission: str


def item_statistics(standings: Sequence[Standing], assignment: Assignment) -> list[ItemStatistics]:
    """The items of the class in the assignment's order, then those that it no longer has.

    An item's difficulty is its mean share of the points, 1 where all have everything, over the submissions in which the
    grader has judged it; it is None while a person has yet to grade some. For its discrimination see `discriminations`.
    """
    found: dict[str, list[ItemStanding]] = defaultdict(list)
    for standing in standings:
        for item in standing.items:
            found[item.id].append(item)
    known = {item.id: item for item in assignment.items}
    tells = discriminations(standings)
    statistics = []
    for id in [*(id for id in known if id in found), *(id for id in found if id not in known)]:
        counts = Counter(item.verdict for item in found[id])
        shares = [item.share for item in found[id] if item.decided and item.share is not None]
        statistics.append(
            ItemStatistics(
                id,
                known[id].title if id in known else "",
                max(item.result.max_points for item in found[id]),
                {verdict: counts[verdict] for verdict in SIGNS if counts[verdict]},
                float(np.mean(shares)) if shares and not any(item.waits for item in found[id]) else None,
                tells.get(id),
            )
        )
    return statistics


def discriminations(standings: Sequence[Standing]) -> dict[str, float | None]:
    """The corrected item-total correlation of each item that is decided in every submission.

    It is Pearson's r between the points x of the item and the points T - x of all the others:

        r = sum((x - mean(x)) * (R - mean(R))) / sqrt(sum((x - mean(x))^2) * sum((R - mean(R))^2)),   R = T - x

    over the submissions that have been graded in full, where T sums up the items that are decided in all of these.
    (With T in place of R every item would correlate with itself.) It is None for an item that all have equally many
    points of, or where all have equally many of the others: there is nothing to tell apart. It is None, too, with
    fewer than `FEWEST_TO_CORRELATE` submissions.
    """
    whole = [standing for standing in standings if not standing.failed]
    if not whole:
        return {}
    points = [{item.id: item.points for item in standing.items if item.decided} for standing in whole]
    ids = [id for id in points[0] if all(id in row for row in points)]
    table = np.array([[row[id] for id in ids] for row in points], float).reshape(len(points), len(ids))
    return {id: _correlation(table[:, i], np.delete(table, i, axis=1).sum(axis=1)) for i, id in enumerate(ids)}


def _correlation(
    x: np.ndarray[tuple[int, ...], np.dtype[np.float64]], rest: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> float | None:
    if len(x) < FEWEST_TO_CORRELATE or min(np.ptp(x), np.ptp(rest)) < 1e-9:
        return None
    a, b = x - x.mean(), rest - rest.mean()
    return float(np.sum(a * b) / np.sqrt(np.sum(a * a) * np.sum(b * b)))


def mistakes(standings: Sequence[Standing]) -> list[Mistake]:
    """The mistakes that were recognised, the commonest first. The hint is worded as for most of those who made it."""
    made: dict[str, list[tuple[str, ItemStanding]]] = defaultdict(list)
    for standing in standings:
        for item in standing.items:
            if item.result.mistake and item.result.hint:
                made[item.result.mistake].append((standing.name, item))
    found = [
        Mistake(
            key,
            Counter(item.result.hint for _, item in cases).most_common(1)[0][0],
            tuple(dict.fromkeys(item.id for _, item in cases)),
            tuple(dict.fromkeys(name for name, _ in cases)),
        )
        for key, cases in made.items()
    ]
    return sorted(found, key=lambda mistake: (-len(mistake.submissions), mistake.key))


def needs(standings: Sequence[Standing]) -> list[Need]:
    """Who may need help and why: first where the grader failed, then the others from the fewest points upwards."""
    median = float(np.median([standing.points for standing in standings])) if standings else 0.0
    found = []
    for standing in standings:
        reasons = [
            f"{title}: {_some(ids)}"
            for verdict, title in (
                ("not graded", "not graded, for no fault of the student"),
                ("missing", "missing"),
                ("blocked", "blocked"),
                (EMPTY, "not answered"),
            )
            if (ids := [item.id for item in standing.items if item.verdict == verdict and not item.graded_by_hand])
        ]
        if standing.points < FAR_BELOW * median:
            reasons.append(f"far below: less than half of the median, {number(median)}")
        if reasons:
            found.append(Need(standing.name, standing.points, tuple(reasons), standing.failed > 0))
    return sorted(found, key=lambda need: (not need.ours, need.points, need.name))


def _some(ids: list[str]) -> str:
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return ", ".join(ids[:_NAMED]) + more


def timings(standings: Sequence[Standing]) -> list[Timing]:
    """How long each item took on the cases that students can see, the slowest first; none that took no time."""
    taken: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for standing in standings:
        for item in standing.items:
            if item.result.seconds > 0:
                taken[item.id].append((item.result.seconds, standing.name))
    found = []
    for id, runs in taken.items():
        slowest, name = max(runs, key=lambda run: (run[0], run[1]))
        found.append(Timing(id, float(np.median([seconds for seconds, _ in runs])), slowest, name))
    return sorted(found, key=lambda timing: (-timing.slowest, timing.id))

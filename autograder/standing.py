"""Where a submission stands: what checks say about each item, and what people have decided since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .checks.engine import ItemResult
from .checks.messages import say
from .grading import Report

#: A question that nobody has answered: there is nothing in it that a person could grade.
EMPTY = "empty"


@dataclass(frozen=True)
class Mark:
    """What a person gave for one item: `points` in place of the check's (None: they stand), `extra` points on top, and
    a comment."""

    points: float | None = None
    extra: float = 0.0
    comment: str = ""


@dataclass(frozen=True)
class ByHand:
    """What people have decided about one submission: marks by item, and the points that it loses for being late."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    late_penalty: float = 0.0


@dataclass(frozen=True)
class ItemStanding:
    """Where one item stands."""

    result: ItemResult
    mark: Mark = Mark()

    @property
    def id(self) -> str:
        """The item's."""
        return self.result.id

    @property
    def graded_by_hand(self) -> bool:
        """Whether a person has given its points."""
        return self.mark.points is not None

    @property
    def verdict(self) -> str:
        """The check's verdict; "empty" for a question without an answer."""
        verdict = self.result.verdict
        return EMPTY if verdict == "manual" and self.result.message == say("untouched") else verdict

    @property
    def points(self) -> float:
        """What it earns so far."""
        return (self.result.points if self.mark.points is None else self.mark.points) + self.mark.extra

    @property
    def share(self) -> float | None:
        """The share of its points that it earns, without extra ones; None where it has none to earn."""
        most = self.result.max_points
        return (self.points - self.mark.extra) / most if most > 0 else None

    @property
    def waits(self) -> bool:
        """Whether a person has yet to grade it."""
        return self.verdict == "manual" and not self.graded_by_hand

    @property
    def failed(self) -> bool:
        """Whether the grader failed to judge it, and nobody has since."""
        return self.verdict == "not graded" and not self.graded_by_hand

    @property
    def decided(self) -> bool:
        """Whether its points are final."""
        return not (self.waits or self.failed)


@dataclass(frozen=True)
class Standing:
    """Where a submission stands."""

    report: Report
    by_hand: ByHand = ByHand()

    @cached_property
    def items(self) -> tuple[ItemStanding, ...]:
        """Its items, in the report's order."""
        return tuple(ItemStanding(item, self.by_hand.marks.get(item.id, Mark())) for item in self.report.items)

    @property
    def name(self) -> str:
        """The submission's."""
        return self.report.submission

    @property
    def points(self) -> float:
        """What it has earned so far, less what it loses for being late."""
        earned = sum(item.points for item in self.items)
        return round(max(earned - self.by_hand.late_penalty, 0.0), 2)

    @property
    def possible(self) -> float:
        """What the items that are decided can earn."""
        return round(sum(item.result.max_points for item in self.items if item.decided), 2)

    @property
    def waiting(self) -> float:
        """The points that a person has yet to give or not."""
        return round(sum(item.result.max_points for item in self.items if item.waits), 2)

    @property
    def failed(self) -> float:
        """The points of the items that the grader could not judge."""
        return round(sum(item.result.max_points for item in self.items if item.failed), 2)


def standings(reports: Sequence[Report], by_hand: Mapping[str, ByHand] | None) -> list[Standing]:
    """Where each of the submissions stands; `by_hand` is by submission."""
    return [Standing(report, (by_hand or {}).get(report.submission, ByHand())) for report in reports]

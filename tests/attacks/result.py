"""What came of one attack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

CONTROL = "control"
_LONG_ENOUGH = 1 << 20


def shortened(found: dict[str, Any]) -> dict[str, Any]:
    """The fields of an `Outcome` with a value that can be passed on: some attacks return very much."""
    value = found.get("value")
    return {**found, "value": value[:_LONG_ENOUGH]} if isinstance(value, str) else found


@dataclass(frozen=True)
class Result:
    """What one attack did in one lane. `honest` says what honest submissions fell short by; "" if by nothing."""

    attack: str
    lane: str
    succeeded: bool
    value: str
    seconds: float
    harm: tuple[str, ...]
    fault: str
    honest: str = ""

    @property
    def held(self) -> bool:
        """Whether the grader stood up to it in every respect."""
        return not (self.succeeded or self.harm or self.fault or self.honest)

"""What is shown below a graded cell: one number, its points, and beside it what was found."""

from __future__ import annotations

from typing import Any

from ..checks.engine import ItemResult
from ..checks.kit import Score


def score_of(result: ItemResult) -> list[dict[str, Any]]:
    """The outputs of a graded cell: its points as nbgrader reads them, a number in [0, points], and why."""
    score = Score(result)
    shown = {"text/plain": repr(score), "text/html": score._repr_html_()}
    return [{"output_type": "execute_result", "data": shown, "metadata": {}, "execution_count": None}]

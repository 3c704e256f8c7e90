"""One self-contained HTML page about a class: how it did, on which items, and which mistakes it made."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader

from ..checks.engine import VERDICTS, ItemResult
from ..course import Assignment
from ..grading import Report

#: The page lists so many recognised mistakes.
MOST_MISTAKES = 20

_COLOURS = {
    "correct": "#2e7d32",
    "partial": "#8bc34a",
    "wrong": "#e57373",
    "error": "#b3261e",
    "timeout": "#6a1b9a",
    "memory": "#4527a0",
    "missing": "#b0bec5",
    "blocked": "#ffb74d",
    "manual": "#90a4ae",
    "not graded": "#37474f",
}


def write_class_page(reports: Sequence[Report], assignment: Assignment, path: Path) -> Path:
    """Write the page about `reports` to `path`; return it."""
    environment = Environment(
        loader=PackageLoader("autograder.feedback", ""), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    graded_by_hand = sum(item.points for item in assignment.items if item.kind == "question")
    text = environment.get_template("class_page.html").render(
        title=f"{assignment.name}: {assignment.settings['title']}",
        reports=sorted(reports, key=lambda report: (-report.score, report.submission)),
        by_check=max((report.max_score for report in reports), default=0.0) - graded_by_hand,
        by_hand=graded_by_hand,
        histogram=_histogram([report.score for report in reports]),
        items=[_item_row(item.id, item.title, reports) for item in assignment.items if item.kind != "question"],
        mistakes=_mistakes(reports),
        colours=_COLOURS,
        isolation=sorted({report.isolation for report in reports}),
        attention=[report for report in reports if report.notes or not report.graded],
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="backslashreplace")  # lone surrogates in students' messages
    return path


def _item_row(id: str, title: str, reports: Sequence[Report]) -> dict[str, Any]:
    results = [item for report in reports for item in report.items if item.id == id]
    counts = Counter(result.verdict for result in results)
    earned = sum(result.points for result in results) / max(sum(result.max_points for result in results), 1e-9)
    shares = [
        (verdict, counts[verdict], 100 * counts[verdict] / len(results)) for verdict in VERDICTS if counts[verdict]
    ]
    return {"id": id, "title": title, "earned": earned, "shares": shares}


def _mistakes(reports: Sequence[Report]) -> list[tuple[int, str, str]]:
    """(submissions, items, hint) of each mistake that was recognised, the commonest first."""
    found: dict[str, list[tuple[str, ItemResult]]] = {}
    for report in reports:
        for item in report.items:
            if item.mistake and item.hint:
                found.setdefault(item.mistake, []).append((report.submission, item))
    rows = []
    for cases in found.values():
        hints = Counter(item.hint for _, item in cases)
        ids = dict.fromkeys(item.id for _, item in cases)
        rows.append((len({name for name, _ in cases}), ", ".join(ids), hints.most_common(1)[0][0]))
    return sorted(rows, key=lambda row: (-row[0], row[1]))[:MOST_MISTAKES]


def _histogram(scores: Sequence[float]) -> str:
    """A histogram of scores as SVG text."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(8, 2.6), layout="constrained")
    axes = figure.add_subplot()
    axes.hist(scores, bins=range(0, 105, 5), color="#3b6ea5", edgecolor="white")
    axes.set(xlabel="points earned by checks", ylabel="submissions", xlim=(0, 100))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    out = io.StringIO()
    with rc_context({"svg.hashsalt": "histogram"}):  # else ids are random: same reports, same bytes
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue().partition("<svg")[1] + out.getvalue().partition("<svg")[2]

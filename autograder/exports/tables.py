"""JSON Lines and CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from typing import TextIO

from ..grading import Report


def write_json_lines(reports: Sequence[Report], file: TextIO) -> None:
    """One JSON object a line for each report."""
    for report in reports:
        file.write(_encodable(json.dumps(report.as_json(), ensure_ascii=False)) + "\n")


def write_csv(reports: Sequence[Report], file: TextIO) -> None:
    """A row for each report: submission, score, max_score, and the points of each item."""
    ids = list(dict.fromkeys(item.id for report in reports for item in report.items))
    table = csv.writer(file)
    table.writerow(["submission", "score", "max_score", *ids])
    for report in reports:
        points = {item.id: item.points for item in report.items}
        cells = [points.get(id, "") for id in ids]
        table.writerow([_plain(_encodable(report.submission)), report.score, report.max_score, *cells])


def _encodable(text: str) -> str:
    """`text` with a lone surrogate, which a file name or a student's message may hold, as JSON writes it."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(text: str) -> str:
    """`text` so that a spreadsheet does not take it for a formula: file names are the students' to choose."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

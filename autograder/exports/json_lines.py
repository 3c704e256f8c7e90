"""Reports as JSON Lines, with everything that is in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TextIO

from ..grading import Report
from .cells import encodable


def write_json_lines(reports: Sequence[Report], file: TextIO) -> None:
    """One JSON object a line for each report."""
    for report in reports:
        file.write(encodable(json.dumps(report.as_json(), ensure_ascii=False)) + "\n")

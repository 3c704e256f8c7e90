"""Reports as JSON Lines, with everything that is in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from ..errors import CourseError
from ..grading import Report
from .cells import encodable


def write_json_lines(reports: Sequence[Report], file: TextIO) -> None:
    """One JSON object a line for each report."""
    for report in reports:
        file.write(encodable(json.dumps(report.as_json(), ensure_ascii=False)) + "\n")


def read_reports(path: Path) -> list[Report]:
    """The reports in a file of JSON lines, as `write_json_lines` writes it. Raises `CourseError` for others."""
    try:
        with path.open(encoding="utf-8") as lines:
            reports = [Report.from_json(json.loads(line)) for line in lines if line.strip()]
        for report in reports:
            _ = report.score, report.max_score  # which add up what may be no numbers
        return reports
    except OSError as error:
        raise CourseError(
            f"{path} cannot be read ({error.strerror or error}); expected what `autograder grade --json` writes"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CourseError(
            f"{path} does not hold reports ({type(error).__name__}); expected what `autograder grade --json` writes"
        ) from None

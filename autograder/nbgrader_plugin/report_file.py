"""Reports beside graded notebooks, in `autograded/<student>/<assignment>/`, from which feedback is made later."""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
from pathlib import Path

from ..checks.engine import VERDICTS
from ..files import is_folder, open_regular
from ..grading import Report

#: Nothing of this name is taken from a submission, and nothing of it goes into students' feedback.
NAME = "autograder-report.json"
MAX_BYTES = 16 << 20


def keep(report: Report, folder: Path) -> None:
    """Put `report` into `folder`, in place of whatever has its name there. Raises `OSError` where that fails."""
    path = folder / NAME
    if is_folder(path):
        shutil.rmtree(path)
    descriptor, part = tempfile.mkstemp(prefix=f".{NAME}.", dir=folder)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(report.as_json(), file)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise


def kept(folder: Path, student: str, assignment: str) -> Report | None:
    """The report on the student's submission in `folder`, None if there is none.

    Raises `ValueError` for a file that does not hold it: one that another program let a student put there may hold
    anything.
    """
    try:
        with open_regular(folder / NAME) as file:
            text = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(f"{NAME} cannot be read ({error.strerror or error})") from None
    try:
        if len(text) > MAX_BYTES:
            raise ValueError
        report = Report.from_json(json.loads(text))
        if not _is_sound(report):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise ValueError(f"{NAME} does not hold a report") from None
    if (report.submission, report.assignment) != (student, assignment):
        raise ValueError(f"{NAME} is about another submission")
    return report


def _is_sound(report: Report) -> bool:
    """Whether its parts are what they should be, which JSON does not tell."""
    texts = [report.submission, report.assignment, report.isolation, report.digest, *report.all_notes]
    numbers: list[float] = []
    for item in report.items:
        texts += [item.id, item.verdict, item.message, item.hint, item.mistake]
        numbers += [item.points, item.max_points, item.seconds]
    return (
        all(type(text) is str for text in texts)
        and all(type(number) in (int, float) and math.isfinite(number) for number in numbers)
        and all(item.verdict in VERDICTS for item in report.items)
    )

"""When submissions were handed in: nbgrader's `timestamp.txt`, read with care, since anybody may have written it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from ..checks.text import printable
from ..files import open_regular
from ..submissions import Submission

NAME = "timestamp.txt"
_LONGEST = 100


def handed_in_at(folder: Path) -> datetime | None:
    """When the submission in `folder` was handed in (UTC, without a time zone, as nbgrader has it); None if nothing
    says so. Raises `ValueError` for a file that holds no time."""
    try:
        with open_regular(folder / NAME) as file:
            text = file.read(_LONGEST + 1).decode("utf-8", "replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(f"{printable(str(folder / NAME))} cannot be read: {error.strerror or error}") from None
    if not text:
        return None
    try:
        time: datetime = parse_utc(text)
    except Exception:  # whatever dateutil makes of a stranger's text
        raise ValueError(
            f"{printable(str(folder / NAME))} should hold a time like 2026-03-01 12:00:00 UTC, got {text[:40]!r}; "
            "the submission counts as one without a time"
        ) from None
    return time


def timestamps(submissions: Iterable[Submission]) -> tuple[dict[str, datetime], list[str]]:
    """When each of `submissions` was handed in, where it is known; and what is wrong with timestamps."""
    times: dict[str, datetime] = {}
    notes = []
    for submission in submissions:
        try:
            time = handed_in_at(submission.path) if submission.path.is_dir() else None
        except ValueError as error:
            notes.append(str(error))
        else:
            if time is not None:
                times[submission.name] = time
    return times, notes

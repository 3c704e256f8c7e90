"""`submission_metadata.json`: who handed in, and when. Names are the students' to choose, so they are cleaned."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..checks.text import printable

#: It holds the results of earlier submissions too.
_MOST = 64 << 20
_LONGEST = 200


@dataclass(frozen=True)
class HandIn:
    """What Gradescope says about a submission. What it does not say, or not in the form that it documents, is "", ()
    or None; `problem` then says what was odd."""

    number: str = ""
    students: tuple[str, ...] = ()
    time: datetime | None = None
    due: datetime | None = None
    problem: str = ""

    @property
    def seconds_late(self) -> float | None:
        """By how much it came after the due date, 0 if it did not; None where there is none, or it is not known."""
        if self.time is None or self.due is None:
            return None
        return max(0.0, (self.time - self.due).total_seconds())

    def who(self) -> str:
        """One line about the submission and its students, for the instructor."""
        late = "" if not self.seconds_late else f", {self.seconds_late / 3600:.1f} h late"
        return f"submission {self.number or '?'} of {', '.join(self.students) or 'an unknown student'}{late}"


def read_hand_in(path: Path) -> HandIn:
    """What the file at `path` says. Never raises over its content: no grade depends on it."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST + 1)
        data = json.loads(content) if len(content) <= _MOST else None
    except (OSError, ValueError, RecursionError) as error:
        return HandIn(problem=f"{path.name} cannot be read: {printable(str(error))[:_LONGEST]}")
    if not isinstance(data, dict):
        return HandIn(problem=f"{path.name} is not what Gradescope documents: expected an object")
    assignment, users = data.get("assignment"), data.get("users")
    students = [_student(user) for user in users if isinstance(user, dict)] if isinstance(users, list) else []
    due = assignment.get("due_date") if isinstance(assignment, dict) else None
    return HandIn(_text(data.get("id")), tuple(filter(None, students)), _time(data.get("created_at")), _time(due))


def _student(user: dict[str, Any]) -> str:
    name, email = _text(user.get("name")), _text(user.get("email"))
    return f"{name} <{email}>" if name and email else name or email


def _text(value: Any) -> str:
    known = isinstance(value, str | int) and not isinstance(value, bool)
    return printable(str(value)[:_LONGEST]).strip() if known else ""


def _time(value: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(value)
        return time.astimezone(UTC) if time.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None

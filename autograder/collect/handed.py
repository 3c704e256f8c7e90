"""What a download says about one student's submission, whatever system it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Who:
    """Whose a submission is: the fields that the system itself wrote, which no student can choose but for the name.

    `kind` is what a roster calls ids of this kind; `lasting` is False for ids that are others in the next assignment.
    """

    kind: str
    id: str
    name: str = ""
    email: str = ""
    lasting: bool = True

    def __str__(self) -> str:
        return f"{self.name or 'somebody'} ({self.kind} {self.id or 'unknown'})"


@dataclass(frozen=True)
class File:
    """A file that a student handed in: where it lies, and the path that it had.

    Of several with one path the one with the highest `version`, then the highest `number`, is the newest.
    """

    path: Path
    name: str
    version: int = 0
    number: int = 0


@dataclass(frozen=True)
class Handed:
    """One submission of one student.

    `time` is when it was handed in, if the system says so, and `dated` what its files say, which may be no more than
    when the download was made; `number` grows from one submission to the next.
    """

    label: str
    who: Who
    files: tuple[File, ...]
    time: datetime | None = None
    dated: datetime | None = None
    late: bool = False
    number: int = 0


@dataclass
class Reading:
    """What one download holds: submissions, and a sentence on everything in it that is none."""

    handed: list[Handed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

"""What was chosen when the zip was packed: a file in it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "gradescope.json"
REFUSE, GRADE = "refuse", "grade"
#: A submission has twice as long altogether.
MAX_CALL_SECONDS = 120.0


@dataclass(frozen=True)
class Settings:
    """`assignment` is graded; `unisolated` says what to do where students' code cannot be isolated, `visibility` when
    students see the items, `leaderboard` whether the trained models are on it, `call_seconds` how long one call of a
    student's code may take: longer than on an instructor's machine, because Gradescope gives half a core."""

    assignment: str
    unisolated: str = REFUSE
    visibility: str = "visible"
    leaderboard: bool = False
    call_seconds: float = 20.0

    def text(self) -> str:
        """As the file has it."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @staticmethod
    def read(folder: Path) -> Settings:
        """The settings that were packed into `folder`."""
        return Settings(**json.loads((folder / FILE).read_text(encoding="utf-8")))

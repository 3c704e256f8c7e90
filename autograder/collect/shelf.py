"""Puts submissions into `submitted/<student>/<assignment>/`, the newest in its place, the earlier ones behind it.

    submitted/<student>/<assignment>/                    the newest, with nbgrader's timestamp.txt
    submitted/.earlier/<student>/<assignment>/<when>/    what a newer one replaced
    submitted/.collected/<assignment>/<student>.json     what the newest is: its source, time, late mark, digest

Names with a dot are passed over by nbgrader and by `autograder grade`. Earlier submissions lie in the same folder tree,
so that a copy of `submitted/` is a copy of all that was handed in. Everything is put in place by renaming: whatever
interrupts it, collecting again goes on where it was; and what is there already, here or behind, is not put there again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from .trees import files_below

EARLIER, RECORDS = ".earlier", ".collected"
TIMESTAMP = "timestamp.txt"
#: As nbgrader's own exchange writes it, and always in UTC.
_NBGRADER = "%Y-%m-%d %H:%M:%S.%f UTC"


@dataclass(frozen=True)
class Version:
    """What is known of one submission. `who` is the system's own id of the student. `seen` is when it was there at the
    latest, in seconds since 1970; `time` is when it was handed in, None if nobody says; `number` grows with each of one
    system's."""

    system: str
    source: str
    who: str
    seen: float
    time: float | None = None
    number: int = 0
    late: bool = False
    digest: str = ""

    def newer_than(self, other: Version) -> bool:
        """Whether it was handed in after `other`."""
        if self.system == other.system and self.number != other.number and self.number and other.number:
            return self.number > other.number
        return self.seen > other.seen

    @property
    def label(self) -> str:
        """A name for its folder among the earlier ones."""
        if self.time is None and self.number:
            return f"file-{self.number}"
        when = datetime.fromtimestamp(self.seen if self.time is None else self.time, UTC).strftime("%Y%m%dT%H%M%SZ")
        return when if self.time is not None else f"seen-{when}"


class Shelf:
    """The folder `submitted/`, for one assignment."""

    def __init__(self, target: Path, assignment: str) -> None:
        self._target, self._assignment = target, assignment

    def place(self, student: str) -> Path:
        """Where the student's newest submission stands."""
        return self._target / student / self._assignment

    def put(self, student: str, staged: Path, version: Version) -> tuple[str, str]:
        """Put the folder `staged` where it belongs; return what became of it, and a note ("" if nothing is odd).

        "new": there was none. "newer": it replaced one. "unchanged": it is there. "earlier": there is a newer one.
        "refused": what is there is of somebody else by the same system, such as another student of that name.
        """
        _stamp(staged, version)
        version = _with_digest(version, staged)
        place = self.place(student)
        if not place.exists():
            self._install(student, staged, version)
            return "new", ""
        here = _digest(place)
        there = self._record(student)
        if there is None:
            return self._meet_unrecorded(student, staged, version, here)
        if version.system == there.system and version.who and there.who and version.who != there.who:
            return "refused", f"{place} has what {there.system} {there.who} handed in; remove it to have this one"
        if version.digest in (there.digest, here):
            if version.newer_than(there):  # handed in again as it was
                self._write_record(student, version)
            return "unchanged", ""
        if not version.newer_than(there):
            self.keep_earlier(student, staged, version)
            return "earlier", ""
        changed = here != there.digest
        self.keep_earlier(student, place, there, digest=here)
        self._install(student, staged, version)
        return "newer", "what it replaced had been changed here by hand; it is kept" if changed else ""

    def keep_earlier(self, student: str, folder: Path, version: Version, digest: str = "") -> None:
        """Move `folder` to the student's earlier submissions, unless it is there."""
        if not digest:
            _stamp(folder, version)
            digest = _digest(folder)
        shelf = self._target / EARLIER / student / self._assignment
        shelf.mkdir(parents=True, exist_ok=True)
        kept = sorted(path for path in shelf.iterdir() if path.is_dir())
        if any(_digest(path) == digest for path in kept):
            return
        name, count = version.label, 1
        while (shelf / name).exists():
            count += 1
            name = f"{version.label}-{count}"
        os.rename(folder, shelf / name)

    def _meet_unrecorded(self, student: str, staged: Path, version: Version, here: str) -> tuple[str, str]:
        """There is a submission that did not come from here: by its timestamp it counts as any other; one without
        was put there by hand, and stays."""
        place = self.place(student)
        if version.digest == here:
            self._write_record(student, version)
            return "unchanged", ""
        time = _timestamp(place)
        if time is None:
            return "earlier", f"{place} was not collected from a download and stays; remove it to have this one"
        there = Version("", "nbgrader", "", time, time, digest=here)
        if not version.newer_than(there):
            self.keep_earlier(student, staged, version)
            return "earlier", ""
        self.keep_earlier(student, place, there, digest=here)
        self._install(student, staged, version)
        return "newer", ""

    def _install(self, student: str, staged: Path, version: Version) -> None:
        place = self.place(student)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():  # nothing was worth keeping of it that is not kept
            os.rename(place, staged.with_name(f"{staged.name}-replaced"))
        os.rename(staged, place)
        self._write_record(student, version)

    def _record_path(self, student: str) -> Path:
        return self._target / RECORDS / self._assignment / f"{student}.json"

    def _record(self, student: str) -> Version | None:
        try:
            return Version(**json.loads(self._record_path(student).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _write_record(self, student: str, version: Version) -> None:
        path = self._record_path(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}")
        draft.write_text(json.dumps(asdict(version), indent=1) + "\n", encoding="utf-8")
        os.replace(draft, path)


def _stamp(folder: Path, version: Version) -> None:
    """Write nbgrader's timestamp, if it is known when the submission was handed in."""
    if version.time is not None:
        text = datetime.fromtimestamp(version.time, UTC).strftime(_NBGRADER)
        (folder / TIMESTAMP).write_text(text, encoding="utf-8")


def _timestamp(folder: Path) -> float | None:
    with contextlib.suppress(OSError, ValueError):
        text = (folder / TIMESTAMP).read_text(encoding="utf-8").strip().removesuffix("UTC").strip()
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    return None


def _with_digest(version: Version, folder: Path) -> Version:
    return Version(**(asdict(version) | {"digest": _digest(folder)}))


def _digest(folder: Path) -> str:
    """A hash of all files in `folder`, their names included."""
    whole = hashlib.sha256()
    for path in sorted(files_below(folder, [])):
        whole.update(os.fsencode(path.relative_to(folder).as_posix()) + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:32]

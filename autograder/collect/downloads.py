"""Opens what an instructor downloaded, however it is wrapped, and tells which system it comes from.

A download may lie in a folder or a zip, in a zip in a folder in a zip, or have been unpacked already. It is searched
for from the outside in, and what lies in a download is its students' and never searched for another. Where several
things lie side by side, all of them must be downloads, or none is taken: in a folder of students' own zips, one of them
could otherwise hold a download of its own making.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ..archives import is_archive
from ..checks.text import printable
from ..errors import CourseError, SubmissionError
from ..roster import Roster
from ..submissions import class_allowance
from . import canvas, gradescope, moodle
from .handed import Reading
from .trees import inside, open_with_times

#: A zip in a zip in a zip is opened, and folders around them.
_DEPTH = 6


@dataclass(frozen=True)
class System:
    """How one system names things, and who reads them."""

    name: str
    recognises: Callable[[str], bool]
    read: Callable[[Sequence[Path], Roster | None], Reading]


SYSTEMS = {
    system.name: system
    for system in (
        System("gradescope", gradescope.recognises, gradescope.read),
        System("canvas", canvas.recognises, canvas.read),
        System("moodle", moodle.recognises, moodle.read),
    )
}


@dataclass(frozen=True)
class Download:
    """What one system packed at one time: files and folders side by side. `zoneless` is set if file times in it name
    no time zone."""

    label: str
    system: System
    entries: tuple[Path, ...]
    made: datetime
    zoneless: bool = False


@dataclass
class Opener:
    """Opens downloads into `scratch`; `notes` gets a sentence on everything that is none."""

    system: str
    scratch: Path
    notes: list[str] = field(default_factory=list)
    _opened: int = 0

    def __post_init__(self) -> None:
        if self.system != "auto" and self.system not in SYSTEMS:
            raise CourseError(f"there is no system {self.system!r}; expected auto, {', '.join(SYSTEMS)}")

    def open(self, paths: Sequence[Path]) -> list[Download]:
        """The downloads that `paths` are; of an unpacked one they may be the parts. Raises `SubmissionError` for a path
        that does not exist."""
        for path in paths:
            if not path.exists():
                raise SubmissionError(f"{path} does not exist")
        whole = [path.resolve() for path in paths]
        parts: dict[tuple[Path, str], list[Path]] = {}
        for path in whole:
            system = next((system for system in self._systems() if system.recognises(path.name)), None)
            if system:
                parts.setdefault((path.parent, system.name), []).append(path)
        downloads = [
            Download(folder.name, SYSTEMS[name], tuple(listed), _changed(folder))
            for (folder, name), listed in parts.items()
        ]
        for path in whole:
            if not any(path in download.entries for download in downloads):
                found = self._look(path, path.name, _DEPTH)
                if not found:
                    self._note(f"{path.name}: no download of {self._expected()}; nothing was collected from it.")
                downloads += found
        return downloads

    def _systems(self) -> list[System]:
        return list(SYSTEMS.values()) if self.system == "auto" else [SYSTEMS[self.system]]

    def _expected(self) -> str:
        return self.system.title() if self.system != "auto" else "Canvas, Moodle or Gradescope"

    def _note(self, text: str) -> None:
        self.notes.append(printable(text))

    def _look(self, path: Path, label: str, depth: int) -> list[Download]:
        """The downloads in the folder or archive `path`, none if something in it is no download."""
        zoneless = False
        made = _changed(path)
        if not path.is_dir():
            opened = self._unpacked(path, label)
            if opened is None:
                return []
            path, zoneless = opened
        entries = inside(path)
        found = self._of_one(entries, label, made, zoneless=zoneless)
        if found is not None:
            return found
        if not depth:
            return []
        searched = {
            entry: self._look(entry, f"{label}/{entry.name}", depth - 1) for entry in entries if _may_hold(entry)
        }
        if not any(searched.values()):
            return []
        for entry in entries:
            if not searched.get(entry):
                self._note(f"{label}/{entry.name}: no download of {self._expected()}.")
        if not all(searched.values()):
            self._note(f"{label}: not all that is in it are downloads; name those that are one by one.")
            return []
        return [download for downloads in searched.values() for download in downloads]

    def _of_one(self, entries: list[Path], label: str, made: datetime, *, zoneless: bool) -> list[Download] | None:
        """The one download that `entries` are: at least half of them have to be named by one system. None if not."""
        counts = {system.name: sum(system.recognises(path.name) for path in entries) for system in self._systems()}
        name = max(counts, key=lambda name: counts[name])
        if not counts[name] or 2 * counts[name] < len(entries) and self.system == "auto":
            return None
        return [Download(label, SYSTEMS[name], tuple(entries), made, zoneless)]

    def _unpacked(self, archive: Path, label: str) -> tuple[Path, bool] | None:
        if not is_archive(archive):
            return None
        self._opened += 1
        folder = self.scratch / f"download-{self._opened}"
        try:
            notes, zoneless = open_with_times(archive, folder, class_allowance(archive))
        except SubmissionError as error:
            self._note(f"{label}: {error}.")
            return None
        for note in notes:
            self._note(f"{label}: {note}.")
        return folder, zoneless


def _may_hold(path: Path) -> bool:
    """Whether a download may be in `path`."""
    return path.is_dir() or path.suffix.lower() == ".zip"


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)

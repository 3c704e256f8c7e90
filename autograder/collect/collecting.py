"""Collects: from downloads to the folders of `submitted/`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .. import scratch
from ..checks.text import printable
from ..errors import CourseError
from ..roster import Roster, unfit_id
from .downloads import Download, Opener
from .handed import Handed, Who
from .identity import Match, identify
from .shelf import TIMESTAMP, Shelf, Version
from .staging import Stage, newest_of_each

#: Students of a class do not all hand in within this time; a server packs their files within it.
_AT_ONCE = timedelta(hours=1)
#: What became of a student's submissions, the most telling first.
_STATUSES = ("new", "newer", "unchanged", "earlier")


@dataclass(frozen=True)
class Placed:
    """What became of one student's submission: "new", "newer" (it replaced one), "unchanged", or "earlier" (what is
    there is newer). `time` is when it was handed in, None if nobody says."""

    student: str
    path: Path
    status: str
    source: str
    time: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Collected:
    """The students whose submissions were found, by id, and a sentence on everything that is odd or left out."""

    students: Mapping[str, Placed]
    notes: tuple[str, ...]


def collect(
    paths: Sequence[Path], assignment: str, target: Path, roster: Roster | None = None, system: str = "auto"
) -> Collected:
    """Bring the submissions in downloads of Canvas, Moodle or Gradescope into `target`/<student>/<assignment>/.

    `target` is nbgrader's folder `submitted`. With a roster, submissions of people who are not in it are listed, not
    collected; without one, students are called by the systems' numbers. Collecting twice changes nothing; a newer
    download replaces what is newer in it and keeps what was there. Hidden files, and what operating systems and editors
    leave in archives, are not collected. Raises `SubmissionError` for a path that does not
    exist and `CourseError` for a system or an assignment that cannot be.
    """
    if why := unfit_id(assignment):
        raise CourseError(f"{assignment!r} cannot name an assignment: {why}")
    target.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=target, prefix=".collecting-"))  # the same disk: folders are renamed from there
    try:
        with scratch.folder() as space:
            opener = Opener(system, space)
            collecting = _Collecting(Shelf(target, assignment), staging, roster)
            downloads = opener.open(paths)
            collecting.notes += opener.notes
            for download in downloads:
                collecting.take(download)
            return collecting.result()
    finally:
        shutil.rmtree(staging, ignore_errors=True)


class _Collecting:
    """One run of collecting."""

    def __init__(self, shelf: Shelf, staging: Path, roster: Roster | None) -> None:
        self._shelf, self._staging, self._roster = shelf, staging, roster
        self._placed: dict[str, Placed] = {}
        self._stages = 0
        self.notes: list[str] = []

    def take(self, download: Download) -> None:
        """Collect all submissions of one download."""
        reading = download.system.read(download.entries, self._roster)
        for note in reading.notes:
            self._note(f"{download.label}: {note}")
        dated = self._believes_times(download, reading.handed)
        for handed, student in self._identified(download, reading.handed):
            self._put(download, handed, student, dated=dated)
        if self._roster is None and any(not handed.who.lasting for handed in reading.handed):
            self._note(f"{download.label}: without a roster, students have numbers that hold for this assignment only.")

    def result(self) -> Collected:
        """What was done."""
        if self._roster is not None:
            absent = [student.id for student in self._roster.students if student.id not in self._placed]
            if absent:
                self._note(f"Nothing was found of {len(absent)} in the roster: {', '.join(absent)}.")
        return Collected(dict(sorted(self._placed.items())), tuple(self.notes))

    def _note(self, text: str) -> None:
        self.notes.append(printable(text))

    def _believes_times(self, download: Download, all_handed: Sequence[Handed]) -> bool:
        """Whether the files' times say when they were handed in.

        A server that gives them the time of packing would make a whole class late. Such times lie close together.
        """
        if all(handed.time is not None for handed in all_handed):
            return False  # nobody asks
        times = [handed.dated for handed in all_handed if handed.dated is not None]
        if not times or max(times) - min(times) <= _AT_ONCE:
            self._note(
                f"{download.label}: its files have the time of the download, not of handing in; no {TIMESTAMP} was "
                "written. Who was late is known by the system's marks alone."
            )
            return False
        if download.zoneless:
            self._note(f"{download.label}: the files' times name no time zone and were taken for UTC.")
        return True

    def _identified(self, download: Download, all_handed: Sequence[Handed]) -> Iterable[tuple[Handed, str]]:
        """Each submission with its student's id, where that is certain."""
        claims: dict[str, list[tuple[Handed, Match]]] = {}
        for handed in all_handed:
            match = identify(handed.who, self._roster)
            if match.student:
                claims.setdefault(match.student.casefold(), []).append((handed, match))
            else:
                self._note(f"{download.label}: {handed.label}: {match.why}; not collected.")
        for claimed in claims.values():
            people = {_person(handed.who) for handed, match in claimed if not match.by_name} or {
                _person(handed.who) for handed, _ in claimed
            }
            for handed, match in claimed:
                label = f"{download.label}: {handed.label}"
                if len(people) > 1 or _person(handed.who) not in people:
                    self._note(f"{label}: {handed.who} is not the only one who may be {match.student}; not collected.")
                    continue
                if match.name_agrees is False:
                    self._note(f"{label}: {match.student} has another name in the roster than {handed.who.name}.")
                yield handed, match.student

    def _put(self, download: Download, handed: Handed, student: str, *, dated: bool) -> None:
        label = f"{download.label}: {handed.label} ({student})"
        files, replaced = newest_of_each(handed.files)
        version = _version(download, handed, dated=dated)
        stage = self._stage()
        stage.lay(files)
        for note in stage.notes:
            self._note(f"{label}: {note}.")
        if stage.empty:
            self._note(f"{label}: it is empty; not collected.")
            return
        status, note = self._shelf.put(student, stage.folder, version)
        if note:
            self._note(f"{label}: {note}.")
        if status == "refused":
            return
        if handed.late:
            self._note(f"{label}: marked as late.")
        for file in replaced:
            older = self._stage()
            older.lay([file])
            if not older.empty:
                source = Version(version.system, file.path.name, version.who, version.seen, None, file.number)
                self._shelf.keep_earlier(student, older.folder, source)
            self._note(f"{label}: {file.path.name} is an earlier {file.name}; kept among the earlier ones.")
        self._remember(student, status, handed, version)

    def _stage(self) -> Stage:
        self._stages += 1
        folder = self._staging / str(self._stages)
        folder.mkdir()
        return Stage(folder, folder.with_name(f"{folder.name}-unpacked"))

    def _remember(self, student: str, status: str, handed: Handed, version: Version) -> None:
        time = None if version.time is None else datetime.fromtimestamp(version.time, UTC)
        placed = Placed(student, self._shelf.place(student), status, handed.label, time, handed.late)
        earlier = self._placed.get(student)
        if earlier is not None and _STATUSES.index(earlier.status) < _STATUSES.index(status):
            if status == "newer":  # than one of the same run
                placed = Placed(student, placed.path, earlier.status, handed.label, time, handed.late)
            else:
                placed = earlier
        self._placed[student] = placed


def _person(who: Who) -> tuple[str, str, str]:
    """What tells people apart. Canvas and Moodle have numbers for that; students' own ids need the address as well."""
    return who.id, who.email.casefold(), "" if who.id or who.email else who.name


def _version(download: Download, handed: Handed, *, dated: bool) -> Version:
    time = handed.time or (handed.dated if dated else None)
    seen = time or handed.dated or download.made
    return Version(
        download.system.name,
        handed.label,
        handed.who.id,
        seen.timestamp(),
        None if time is None else time.timestamp(),
        handed.number,
        handed.late,
    )

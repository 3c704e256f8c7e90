"""Canvas: `lastfirst_[LATE_]<user>_<attachment>_<file name>`, all in one folder.

The names are those that Canvas gives (`lib/content_zipper.rb` in its source): the student's name as it is sorted, in
small letters and squeezed; `LATE`; the number of the user, and that of the file, which grows with every upload; the
file's name, to which Canvas adds `-1`, `-2` where the student uploads one of that name again. Where the assignment is
anonymous, `anon_<five letters>` stands for name and number.

A student chooses the name and the file's name, so that both may hold something like `_12_34_`: then there are several
ways to read the whole. Which is right is decided by the roster; without one, by what other files say, and if two
students' files claim one number, the doubtful ones are not collected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..roster import Roster, squeezed
from .handed import File, Handed, Reading, Who
from .identity import identify, readable
from .trees import latest

_NUMBERS = re.compile(r"(?=_([0-9]+)_([0-9]+)_(.+)$)", re.DOTALL)
_NO_FILE = re.compile(r"(?P<who>.+?)_[0-9]+_(?P<what>text|link)\.html", re.DOTALL)
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<id>[A-Za-z0-9]{5})_(?P<number>[0-9]+)_(?P<name>.+)", re.DOTALL)
_AGAIN = re.compile(r"(?P<stem>.+)-(?P<version>[0-9]{1,4})", re.DOTALL)
#: What Canvas leaves of a name: letters, digits and underscores.
_SQUEEZED = re.compile(r"[^\s./\\\-]+")


@dataclass(frozen=True)
class _Way:
    """One way to read a file's name."""

    who: Who
    late: bool
    number: int
    name: str


def recognises(name: str) -> bool:
    """Whether Canvas gives such names."""
    return bool(_ways(readable(name)) or _ANONYMOUS.fullmatch(name) or _NO_FILE.fullmatch(name))


def read(entries: Sequence[Path], roster: Roster | None) -> Reading:
    """The submissions among the files `entries`."""
    reading = Reading()
    anonymous = all(_ANONYMOUS.fullmatch(path.name) for path in entries)
    ways: dict[Path, list[_Way]] = {}
    for path in entries:
        found = _anonymous(path.name) if anonymous else _ways(readable(path.name))
        if path.is_dir() or not found:
            reading.notes.append(_why_not(path))
        else:
            ways[path] = found
    if roster is not None:
        chosen = {path: _by_roster(found, roster) for path, found in ways.items()}
    else:
        chosen = _by_each_other(ways)
    students: dict[Who, list[tuple[Path, _Way]]] = {}
    for path, way in chosen.items():
        if way is None:
            claims = " or ".join(str(way.who) for way in ways[path])
            reading.notes.append(
                f"{path.name}: may be of {claims}; not collected. Give a roster with canvas ids and names."
            )
        else:
            students.setdefault(_without_name(way.who), []).append((path, way))
    reading.handed = [_handed(found) for found in students.values()]
    return reading


def _why_not(path: Path) -> str:
    if path.is_dir():
        return f"{path.name}: Canvas packs files, and this is a folder; not collected."
    match = _NO_FILE.fullmatch(path.name)
    if match:
        kind = "a link" if match["what"] == "link" else "text in a box"
        return f"{path.name}: {match['who']} handed in {kind}, not files; not collected."
    return f"{path.name}: not named as Canvas names files; not collected."


def _ways(text: str) -> list[_Way]:
    """All ways to read a name, the one with the shortest student's name first."""
    ways = []
    for match in _NUMBERS.finditer(text):
        student = text[: match.start()]
        late = student.endswith("_LATE")
        student = student.removesuffix("_LATE")
        if _SQUEEZED.fullmatch(student) and student == student.lower():
            ways.append(_Way(Who("canvas", match[1], student), late, int(match[2]), match[3]))
    return ways


def _anonymous(text: str) -> list[_Way]:
    match = _ANONYMOUS.fullmatch(text)
    if not match:
        return []
    return [_Way(Who("canvas", f"anon_{match['id']}"), bool(match["late"]), int(match["number"]), match["name"])]


def _by_roster(ways: list[_Way], roster: Roster) -> _Way | None:
    """The way that the roster confirms, or the only one that it does not deny; None if that leaves it open."""
    if len(ways) == 1:
        return ways[0]
    found = [(way, identify(way.who, roster)) for way in ways]
    for possible in (
        [way for way, match in found if match.student and match.name_agrees],
        [way for way, match in found if match.student and match.name_agrees is None],
    ):
        if len(possible) == 1:
            return possible[0]
    return None if any(match.student for _, match in found) else ways[0]


def _by_each_other(ways: dict[Path, list[_Way]]) -> dict[Path, _Way | None]:
    """The first way of each name, unless files that can be read in one way only say another name for its number."""
    names: dict[str, set[str]] = {}
    certain: dict[str, set[str]] = {}
    for found in ways.values():
        first = found[0].who
        names.setdefault(first.id, set()).add(squeezed(first.name))
        if len(found) == 1:
            certain.setdefault(first.id, set()).add(squeezed(first.name))
    chosen: dict[Path, _Way | None] = {}
    for path, found in ways.items():
        first = found[0].who
        agreed = names[first.id] if len(names[first.id]) == 1 else certain.get(first.id, set())
        chosen[path] = found[0] if agreed == {squeezed(first.name)} else None
    return chosen


def _without_name(who: Who) -> Who:
    return Who(who.kind, who.id)


def _handed(found: list[tuple[Path, _Way]]) -> Handed:
    files = []
    for path, way in found:
        name, version = _first_name(way.name)
        files.append(File(path, name, version, way.number))
    paths = [path for path, _ in found]
    return Handed(
        label=paths[0].name if len(paths) == 1 else f"{paths[0].name} and {len(paths) - 1} more",
        who=found[0][1].who,
        files=tuple(files),
        dated=latest(paths),
        late=any(way.late for _, way in found),
        number=max(way.number for _, way in found),
    )


def _first_name(name: str) -> tuple[str, int]:
    """The name that a file had when it was first uploaded, and how often another of that name came before."""
    path = PurePosixPath(name)
    match = _AGAIN.fullmatch(path.stem)
    return (f"{match['stem']}{path.suffix}", int(match["version"])) if match else (name, 0)

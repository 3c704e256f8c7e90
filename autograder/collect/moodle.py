"""Moodle: `<name>_<participant>_assignsubmission_file[_]/...`, or flat, with the file's name behind the last `_`.

The names are those that Moodle gives (`mod/assign/classes/downloader.php` in its source). It replaces underscores in
students' names, so that the first number after one is Moodle's own. That number stands for the student in this
assignment alone: with a roster the name decides, unless the roster is the assignment's grading worksheet, which has
the numbers (`Identifier`, "Participant 4711"). Folders of `assignsubmission_onlinetext` hold text, not files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..roster import Roster
from .handed import File, Handed, Reading, Who
from .identity import readable
from .trees import files_below, latest

_NAME = re.compile(r"(?P<name>[^_]*)_(?P<id>[0-9]+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL)


def recognises(name: str) -> bool:
    """Whether Moodle gives such names."""
    return bool(_NAME.fullmatch(name))


def read(entries: Sequence[Path], roster: Roster | None) -> Reading:
    """The submissions among the files and folders `entries`."""
    reading = Reading()
    students: dict[Who, list[Path]] = {}
    files: dict[Path, list[File]] = {}
    for path in entries:
        match = _NAME.fullmatch(readable(path.name))
        if not match or not path.is_dir() and not match["file"]:
            reading.notes.append(f"{path.name}: not named as Moodle names submissions; not collected.")
        elif match["kind"] != "file":
            reading.notes.append(f"{path.name}: {match['name']} handed in text, not files; not collected.")
        else:
            files[path] = _files(path, match["file"] or "", reading)
            students.setdefault(Who("participant", match["id"], match["name"], lasting=False), []).append(path)
    for who, paths in students.items():
        found = tuple(file for path in paths for file in files[path])
        reading.handed.append(Handed(paths[0].name, who, found, dated=latest(file.path for file in found)))
    return reading


def _files(path: Path, name: str, reading: Reading) -> list[File]:
    if not path.is_dir():
        return [File(path, name)]
    notes: list[str] = []
    files = [File(file, file.relative_to(path).as_posix()) for file in files_below(path, notes)]
    reading.notes += [f"{path.name}: {note}." for note in notes]
    return files

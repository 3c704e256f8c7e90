"""Walks folders that strangers filled, and opens their archives with the times that the files have in them."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from ..archives import MAX_DEPTH, Allowance, unpack
from ..checks.zips import open_zip
from ..files import listing, open_regular
from ..submissions import JUNK

#: Zips that know no time say 1980, and students' clocks may be wrong by years.
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_EXTENDED_TIME = 0x5455


def inside(folder: Path) -> list[Path]:
    """What lies in `folder`, without what operating systems and editors leave there."""
    return [path for path in listing(folder)[0] if path.name not in JUNK]


def files_below(folder: Path, notes: list[str], depth: int = MAX_DEPTH) -> Iterator[Path]:
    """All files below `folder`; `notes` gets a sentence about links, special files and folders that cannot be read."""
    try:
        regular, others = listing(folder)
    except OSError as error:
        notes.append(f"left out the folder {folder.name}: {error.strerror}")
        return
    notes += [f"left out {path.name}: a link or special file" for path in others]
    for path in regular:
        if path.name in JUNK:
            continue
        if not path.is_dir():
            yield path
        elif depth:
            yield from files_below(path, notes, depth - 1)
        else:
            notes.append(f"left out the folder {path.name}: it lies more than {MAX_DEPTH} folders deep")


def latest(paths: Iterable[Path]) -> datetime | None:
    """When the last of some files was changed; None if nothing sensible is known."""
    times = [datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in paths]
    return max((time for time in times if time >= _EARLIEST), default=None)


def open_with_times(archive: Path, folder: Path, allowance: Allowance) -> tuple[list[str], bool]:
    """Unpack `archive` into `folder`, with its files' times and its empty folders.

    Returns what was left out, and whether there are times that name no time zone: they are taken for UTC.
    """
    notes = unpack(archive, folder, allowance)
    zoneless = False
    with open_regular(archive) as file, open_zip(file, archive.stat().st_size) as source:
        for member in source.infolist():
            path = PurePosixPath(member.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or ":" in path.as_posix() or len(path.parts) > MAX_DEPTH:
                continue
            place = folder / path
            if member.is_dir():
                _make(place)
            elif place.is_file() and not place.is_symlink():
                time, zoned = _time(member)
                os.utime(place, (time, time))
                zoneless |= not zoned and time > 0
    return notes, zoneless


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a name that this system cannot have; it held nothing
        return


def _time(member: zipfile.ZipInfo) -> tuple[float, bool]:
    """The time of a member since 1970, 0 if it has none, and whether it is certain in which time zone."""
    extra = member.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _EXTENDED_TIME and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return float(struct.unpack_from("<i", extra, 5)[0]), True
        extra = extra[4 + size :]
    try:
        time = datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        return 0.0, False
    return (time.timestamp() if time >= _EARLIEST else 0.0), False

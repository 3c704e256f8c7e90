"""Unpacks archives that strangers made: nothing outside the target, no links, bounded in count, depth and size."""

from __future__ import annotations

import errno
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .checks.zips import can_unpack, open_zip
from .errors import SubmissionError
from .files import OUR_FAULTS, open_regular

MAX_FILES = 5_000
MAX_BYTES = 256 << 20
#: Folders within folders, far more than work lies in: to remove a folder, Python calls itself once for each level.
MAX_DEPTH = 32
_CHUNK = 1 << 20
#: How long an archive's list of members may be: what is not unpacked is listed too. And what it takes for each of them.
_LISTING, _LISTED = 4 << 20, 400
#: What the system says to a name that it cannot have: it costs this file, not the whole archive.
_BAD_NAMES = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL)


@dataclass
class Allowance:
    """What may still be unpacked, archives within archives included."""

    files: int = MAX_FILES
    size: int = MAX_BYTES


def is_archive(path: Path) -> bool:
    """Whether `path` is a zip file, whatever it is called."""
    try:
        with open_regular(path) as file:
            return zipfile.is_zipfile(file)
    except OSError:
        return False
    except zipfile.BadZipFile:  # raised for one of several disks: a zip file, which cannot be unpacked
        return True


def unpack(
    archive: Path,
    target: Path,
    allowance: Allowance | None = None,
    wanted: Callable[[PurePosixPath], bool] = lambda path: True,
) -> list[str]:
    """Unpack the zip file `archive` into the folder `target`; return a note for everything left out.

    Only files that are `wanted` are unpacked. Members whose names climb out of the target or down too far, links and
    special files are left out. Raises `SubmissionError` for a file that is no zip, is encrypted or exceeds the
    allowance, and `OSError` where the disk is full or otherwise to blame.
    """
    allowance = allowance or Allowance()
    notes: list[str] = []
    target.mkdir(parents=True, exist_ok=True)
    try:
        with (
            open_regular(archive) as file,
            open_zip(file, max(_LISTING, allowance.files * _LISTED)) as source,
        ):
            files = [member for member in source.infolist() if not member.is_dir()]  # folders are made for their files
            members = [member for member in files if len(files) == 1 or wanted(_path(member))]
            _count(members, archive.name, allowance)
            for member in members:
                if why := _unwanted(member) or _extract(source, member, target, allowance):
                    notes.append(f"left out {member.filename[:80]!r}: {why}")
    except SubmissionError:
        raise
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError) as error:
        if isinstance(error, OSError) and error.errno in OUR_FAULTS:
            raise
        raise SubmissionError(f"{archive.name} cannot be unpacked: {error}") from None
    except Exception as error:  # zlib.error of mangled data
        raise SubmissionError(f"{archive.name} cannot be unpacked: {type(error).__name__}") from None
    return notes


def _count(members: list[zipfile.ZipInfo], name: str, allowance: Allowance) -> None:
    """Take `members` off the allowance's files, and see that what they say of their sizes is within it: before anything
    is written, so that no disk gets full."""
    allowance.files -= len(members)
    if allowance.files < 0:
        raise SubmissionError(f"{name} holds more than {MAX_FILES} files")
    if sum(member.file_size for member in members) > allowance.size:
        raise SubmissionError(f"{name} unpacks to more than {MAX_BYTES >> 20} MB")


def _path(member: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(member.filename.replace("\\", "/"))


def _unwanted(member: zipfile.ZipInfo) -> str:
    """Why `member` is left out, "" if it is not."""
    path = _path(member)
    if path.is_absolute() or ".." in path.parts or ":" in path.as_posix() or "\0" in path.as_posix() or not path.parts:
        return "its name leads out of the archive"
    if len(path.parts) > MAX_DEPTH:
        return f"it lies more than {MAX_DEPTH} folders deep"
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a link or special file"
    if not can_unpack(member):
        return "it is compressed by another method than deflate; make the zip with your system's own tool"
    return ""


def _extract(source: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, allowance: Allowance) -> str:
    """Write `member` below `target`; return why it could not be, "" if it was."""
    path = target / _path(member)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with source.open(member) as packed, path.open("wb") as out:
            while chunk := packed.read(_CHUNK):  # no more comes than the member said that it has
                out.write(chunk)
                allowance.size -= len(chunk)
    except OSError as error:
        if error.errno not in _BAD_NAMES:
            raise
        return error.strerror or "its name cannot be had"
    return ""

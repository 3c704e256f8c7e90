"""Unpacks archives that strangers made: nothing outside the target, no links, bounded in count and size."""

from __future__ import annotations

import errno
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .errors import SubmissionError

MAX_FILES = 5_000
MAX_BYTES = 512 << 20
_CHUNK = 1 << 20
#: What the system says to a name that it cannot have: it costs this file, not the whole archive.
_BAD_NAMES = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL)


@dataclass
class Allowance:
    """What may still be unpacked, archives within archives included."""

    files: int = MAX_FILES
    size: int = MAX_BYTES


def is_archive(path: Path) -> bool:
    """Whether `path` is a zip file, whatever it is called."""
    return path.is_file() and zipfile.is_zipfile(path)


def unpack(archive: Path, target: Path, allowance: Allowance | None = None) -> list[str]:
    """Unpack the zip file `archive` into the folder `target`; return a note for everything left out.

    Members whose names climb out of the target, links and special files are left out. Raises
    `SubmissionError` for a file that is no zip, is encrypted or exceeds the allowance.
    """
    allowance = allowance or Allowance()
    notes: list[str] = []
    try:
        with zipfile.ZipFile(archive) as source:
            for member in source.infolist():
                path = _safe_path(member.filename)
                kind = stat.S_IFMT(member.external_attr >> 16)
                if path is None:
                    notes.append(f"left out {member.filename[:80]!r}: its name leads out of the archive")
                elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                    notes.append(f"left out {member.filename[:80]!r}: a link or special file")
                elif not member.is_dir():
                    try:
                        _extract(source, member, target / path, allowance)
                    except OSError as error:
                        if error.errno not in _BAD_NAMES:
                            raise
                        notes.append(f"left out {member.filename[:80]!r}: {error.strerror}")
    except SubmissionError:
        raise
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise SubmissionError(f"{archive.name} cannot be unpacked: {error}") from None
    except Exception as error:  # zlib.error and lzma.LZMAError of mangled data
        raise SubmissionError(f"{archive.name} cannot be unpacked: {type(error).__name__}") from None
    return notes


def _safe_path(name: str) -> PurePosixPath | None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name or not path.parts:
        return None
    return path


def _extract(source: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, allowance: Allowance) -> None:
    allowance.files -= 1
    if allowance.files < 0:
        raise SubmissionError(f"{source.filename} holds more than {MAX_FILES} files")
    path.parent.mkdir(parents=True, exist_ok=True)
    with source.open(member) as packed, path.open("wb") as out:
        while chunk := packed.read(_CHUNK):  # counts what comes, not what the header promises
            allowance.size -= len(chunk)
            if allowance.size < 0:
                raise SubmissionError(f"{source.filename} unpacks to more than {MAX_BYTES >> 20} MB")
            out.write(chunk)

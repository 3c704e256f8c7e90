"""Opens zip files that strangers made, in bounded memory."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

#: The longest list of members, in bytes, that is read unless a caller expects a longer one.
LISTING = 1 << 20


def open_zip(file: BinaryIO, listing: int = LISTING) -> zipfile.ZipFile:
    """The zip archive in the open `file`, with a list of members of at most `listing` bytes.

    Raises `zipfile.BadZipFile` for one with a longer list: `zipfile` makes an object of half a kilobyte of each entry
    of 46 bytes, and it believes what the file says about their number.
    """
    return zipfile.ZipFile(_Bounded(file, listing))


def can_unpack(member: zipfile.ZipInfo) -> bool:
    """Whether `member` can be unpacked in bounded memory.

    For everything but deflate, `zipfile` unpacks what it has read at once, and a kilobyte of bzip2 or LZMA may hold
    gigabytes.
    """
    return member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class _Bounded:
    """A file of which no more than `most` bytes are read at once."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, max(most, LISTING)

    def read(self, size: int = -1) -> bytes:
        if size > self._most:
            raise zipfile.BadZipFile("its list of files is too long")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

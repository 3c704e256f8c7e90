"""Reads CSV files as people and systems save them: UTF-8, UTF-16 or Latin-1, with commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from pathlib import Path

from .errors import CourseError

_SEPARATORS = (",", ";", "\t")
#: Longest first: UTF-16's mark must not hide UTF-32's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Row:
    """One row of a sheet and the line of the file on which it ends."""

    line: int
    cells: tuple[str, ...]

    def __getitem__(self, column: int) -> str:
        """The cell in `column`, without blanks around it; "" where the row is shorter."""
        return self.cells[column].strip() if column < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """A CSV file: its first row and the others; rows with nothing in them are left out."""

    name: str
    header: Row
    rows: tuple[Row, ...]
    separator: str


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file; raise `CourseError` for one that cannot be read or has no rows."""
    try:
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror or error}") from None
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(reader.line_num, tuple(cells)))
    except csv.Error as error:
        raise CourseError(f"{path}, line {reader.line_num}: {error}; save it as CSV again") from None
    if not rows:
        raise CourseError(f"{path} is empty; expected a CSV file with a line of column names")
    return Sheet(path.name, rows[0], tuple(rows[1:]), separator)


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace").removeprefix("\ufeff")
    if b"\0" in data[:4]:  # UTF-16 without its mark: every other byte of English is zero
        return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")  # what Excel calls CSV: Latin-1 with a few letters more
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _separator(text: str) -> str:
    """What separates the names in the first line that is not blank, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    plain = "".join(first.split('"')[::2])
    return max(_SEPARATORS, key=plain.count)

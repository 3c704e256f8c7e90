"""Lays out one student's files as nbgrader wants them: notebooks at the top, archives unpacked, nothing wrapped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ..archives import MAX_BYTES, Allowance, is_archive, unpack
from ..checks.text import printable
from ..errors import SubmissionError
from ..files import copy_regular
from ..submissions import JUNK, PACKED, counts
from .handed import File
from .trees import files_below

#: What is unpacked of a submission in whole; of a larger one, only what can be graded.
_MOST_FILES, _MOST_BYTES = 2_000, 64 << 20
_NESTED = 3
_WORK = {".py", ".ipynb", ".npz"}
#: Folders that are part of the work, not wrapped around it.
_PARTS = {"cs231n", "classifiers", "saved"}
_PACKED_OTHERWISE = PACKED - {".zip"}
#: nbgrader believes this file; it is ours to write.
_TIMESTAMP = "timestamp.txt"


def newest_of_each(files: Sequence[File]) -> tuple[list[File], list[File]]:
    """The newest file of each name, oldest first; and those that they replace."""
    newest: dict[str, File] = {}
    replaced = []
    for file in sorted(files, key=lambda file: (file.version, file.number)):
        if file.name in newest:
            replaced.append(newest[file.name])
        newest[file.name] = file
    return sorted(newest.values(), key=lambda file: file.number), replaced


class Stage:
    """An empty folder that is filled with one student's files; `notes` says what was odd.

    Archives are unpacked beside it, into `space`, on the same disk: files are moved out of there.
    """

    def __init__(self, folder: Path, space: Path) -> None:
        self.folder, self._space = folder, space
        self.notes: list[str] = []
        self._unpacked = 0
        self._from: dict[str, str] = {}

    def lay(self, files: Sequence[File]) -> None:
        """Lay out `files`; of two that end up in one place the later wins."""
        for file in files:
            name = PurePosixPath(file.name)
            if len(name.parts) == 1 and name.suffix.lower() == ".zip":
                self._lay_archive(file.path, file.name)
            else:
                if name.suffix.lower() in _PACKED_OTHERWISE:
                    self._note(f"{file.name} is no zip and was not unpacked")
                self._take(file.path, name, file.name)
        shutil.rmtree(self._space, ignore_errors=True)

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self._from

    def _note(self, text: str) -> None:
        self.notes.append(printable(text))

    def _lay_archive(self, archive: Path, label: str, level: int = 1) -> None:
        """Lay out what is in `archive`; one that cannot be unpacked is kept as it is, for a person to look at."""
        folder = self._open(archive, label)
        if folder is None:
            self._take(archive, PurePosixPath(PurePosixPath(label).name), label)
            return
        notes: list[str] = []
        files = list(files_below(folder, notes))
        for note in notes:
            self._note(f"{label}: {note}")
        if not any(path.suffix.lower() in _WORK for path in files) and level < _NESTED:
            for path in [path for path in files if path.suffix.lower() == ".zip"]:
                self._lay_archive(path, f"{label}/{path.name}", level + 1)
                files.remove(path)
        wrapper = _wrapper(folder, files)
        for path in files:
            base = wrapper if path.is_relative_to(wrapper) else folder
            self._take(path, PurePosixPath(path.relative_to(base).as_posix()), label, ours=True)

    def _open(self, archive: Path, label: str) -> Path | None:
        """Unpack `archive` somewhere else; None if it cannot be."""
        if not is_archive(archive):
            self._note(f"{label} is called a zip but is none; kept as it is")
            return None
        for wanted, allowance in ((_plain, Allowance(_MOST_FILES, _MOST_BYTES)), (counts, Allowance())):
            self._unpacked += 1
            folder = self._space / f"unpacked-{self._unpacked}"
            try:
                for note in unpack(archive, folder, allowance, wanted):
                    self._note(f"{label}: {note}")
            except SubmissionError as error:
                problem = str(error)
                continue
            if wanted is counts:
                self._note(f"{label} is large; only notebooks, Python files and saved arrays were taken from it")
            return folder
        self._note(f"{label} is kept as it is: {problem}")
        return None

    def _take(self, source: Path, name: PurePosixPath, label: str, *, ours: bool = False) -> None:
        """Put a file in its place: move it if it is `ours`, for we have unpacked it; else copy it."""
        if name.as_posix().lower() == _TIMESTAMP:
            self._note(f"left out {name} of {label}: when it was handed in is not the student's to say")
            return
        place = self.folder / name
        earlier = self._from.get(name.as_posix())
        try:
            if ours:
                place.parent.mkdir(parents=True, exist_ok=True)
                os.replace(source, place)
            else:
                copy_regular(source, place, MAX_BYTES)
        except OSError as error:
            self._note(f"left out {name} of {label}: {error.strerror or error}")
            return
        if earlier is not None:
            self._note(f"{name} is in {earlier} and in {label}; took the latter")
        self._from[name.as_posix()] = label


def _plain(path: PurePosixPath) -> bool:
    return JUNK.isdisjoint(path.parts) and not path.name.startswith(".")


def _wrapper(folder: Path, files: Sequence[Path]) -> Path:
    """The folder in which the work stands: below folders that only wrap it, and not in a part of it."""
    notebooks = [path.parent for path in files if path.suffix.lower() == ".ipynb"]
    work = notebooks or [path.parent for path in files if path.suffix.lower() in _WORK]
    if not work:
        return folder
    common = Path(os.path.commonpath(work))
    below = common.relative_to(folder).parts
    wrapping = next((depth for depth, name in enumerate(below) if name.lower() in _PARTS), len(below))
    return folder.joinpath(*below[:wrapping])

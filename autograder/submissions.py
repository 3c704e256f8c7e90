"""Finds submissions in what an instructor has: folders and zips of one or of many, as students really pack them.

A submission holds `cs231n/`, notebooks and `saved/`, perhaps a folder or two down. `find_submissions` tells them apart;
`lay_out` copies what counts of one into a clean folder, in which the grader works.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .archives import MAX_BYTES, MAX_FILES, Allowance, is_archive, unpack
from .errors import SubmissionError

_JUNK = {"__MACOSX", "__pycache__", ".ipynb_checkpoints", ".git", ".venv", "node_modules"}
_DEPTH = 4
#: A zip in a zip in a zip is unpacked, and no more.
_NESTED = 3
#: What a submission may come as. Only zips can be unpacked; the others are reported, not passed over.
_PACKED = {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"}
MAX_SOURCE = 2 << 20
MAX_FILE = 64 << 20


@dataclass(frozen=True)
class Submission:
    """Where one student's work lies: a folder or a zip file."""

    name: str
    path: Path


@dataclass
class Layout:
    """A submission laid out in a clean folder: `cs231n/`, `<notebook>.ipynb`, `saved/`; notes on what was odd."""

    folder: Path
    notes: list[str] = field(default_factory=list)


def find_submissions(paths: list[Path], assignment: str, scratch: Path) -> list[Submission]:
    """The submissions under `paths`, by name; archives of many are unpacked into `scratch`.

    Raises `SubmissionError` for a path that does not exist or holds no submission.
    """
    found: list[Submission] = []
    for path in paths:
        if not path.exists():
            raise SubmissionError(f"{path} does not exist")
        under = list(_find(path, assignment, scratch))
        if not under:
            raise SubmissionError(
                f"{path} holds no submission: expected a folder or zip with cs231n/ or notebooks in it"
            )
        found.extend(under)
    return sorted(_with_unique_names(found), key=lambda submission: submission.name)


def _find(path: Path, assignment: str, scratch: Path) -> Iterator[Submission]:
    if path.is_file():
        if not is_archive(path):
            return
        target = scratch / f"many-{len(list(scratch.iterdir()))}"
        try:
            unpack(path, target, _class_allowance(path))
        except SubmissionError:
            yield Submission(path.stem, path)  # to be reported when it is graded
            return
        inside = _entries(target)
        if _is_one(target, assignment) or len(inside) == 1 and is_archive(inside[0]):
            yield Submission(path.stem, path)
        else:
            yield from _children(target, assignment)
    elif not path.is_dir():
        return
    elif _is_one(path, assignment):
        yield Submission(path.resolve().name, path)
    else:
        yield from _children(path, assignment)


def _class_allowance(archive: Path) -> Allowance:
    """What a download of a whole class may hold: more, the larger it is, so that it need not be small to be no bomb."""
    packed = archive.stat().st_size
    return Allowance(max(MAX_FILES, packed // 2048), max(MAX_BYTES, 20 * packed))


def _is_one(folder: Path, assignment: str) -> bool:
    """Whether `folder` is a single submission: its work stands in it, or below folders that wrap nothing else."""
    for _ in range(_DEPTH):
        entries = _entries(folder)
        folders = [entry for entry in entries if entry.is_dir()]
        if any(_is_work(entry) for entry in folders):
            return True
        if sum(_is_students(entry, assignment) for entry in entries) > 1:
            return False  # a class, perhaps with a script or notebook of the instructor's beside it
        if any(_is_work(entry) for entry in entries):
            return True
        if len(folders) != 1 or any(is_archive(entry) for entry in entries):
            return False
        # nbgrader's submitted/<student>/<assignment>: a lone student's folder names the student
        if folders[0].name != assignment and (folders[0] / assignment).is_dir():
            return False
        folder = folders[0]
    return False


def _is_students(entry: Path, assignment: str) -> bool:
    """Whether `entry`, one among others, looks like one student's work."""
    if entry.is_dir():
        return any(os.path.isdir(entry / name) for name in (assignment, "cs231n")) or any(entry.glob("*.zip"))
    return entry.suffix.lower() == ".zip"


def _is_work(entry: Path) -> bool:
    if entry.is_dir():
        return entry.name.lower() in ("cs231n", "classifiers")
    return entry.suffix in (".ipynb", ".py")


def _children(folder: Path, assignment: str) -> Iterator[Submission]:
    entries = _entries(folder)
    if len(entries) == 1 and entries[0].is_dir():
        within = _entries(entries[0])
        if sum(_is_students(entry, assignment) for entry in within) > 1:  # a zip of the folder submitted/
            entries = within
    for entry in entries:
        if entry.is_dir() and not _is_empty(entry):
            inside = entry / assignment
            yield Submission(entry.name, inside if os.path.isdir(inside) else entry)
        elif entry.is_file() and entry.suffix.lower() in _PACKED:
            yield Submission(entry.stem, entry)


def _is_empty(folder: Path) -> bool:
    """Whether nothing is in `folder`. One that may not be read is not: when it is graded, that is said."""
    try:
        return not any(True for _ in folder.iterdir())
    except OSError:
        return False


def _entries(folder: Path) -> list[Path]:
    return sorted(
        entry
        for entry in folder.iterdir()
        if entry.name not in _JUNK and not entry.name.startswith(".") and not entry.is_symlink()
    )


def _with_unique_names(found: list[Submission]) -> Iterator[Submission]:
    seen: dict[str, int] = {}
    for submission in found:
        name = printable(submission.name)
        count = seen[name] = seen.get(name, 0) + 1
        yield Submission(name if count == 1 else f"{name} ({count})", submission.path)


def printable(name: str) -> str:
    """`name` on one line, without control characters and bytes that are no text: students choose names freely."""
    return "".join(character if character.isprintable() else "?" for character in name)


def lay_out(submission: Submission, target: Path, notebooks: list[str], modules: list[str]) -> Layout:
    """Copy what counts of `submission` into the folder `target`.

    `notebooks` are the names that the assignment has, `modules` its files relative to cs231n/. Raises
    `SubmissionError` if the submission cannot be read at all.
    """
    layout = Layout(target)
    source = submission.path
    allowance = Allowance()
    for level in range(_NESTED):
        archive = source if source.is_file() else _packed_work(source, layout)
        if archive is None:
            break
        source = target.parent / f"unpacked-{level}"
        layout.notes.extend(unpack(archive, source, allowance))
        source.mkdir(parents=True, exist_ok=True)
    files = list(_walk(source))
    target.mkdir(parents=True, exist_ok=True)
    _copy_package(files, target / "cs231n", modules, layout)
    for name in notebooks:
        matches = [path for path in files if path.name == f"{name}.ipynb"]
        _copy_shallowest(matches, target / f"{name}.ipynb", MAX_FILE, layout)
    for path in files:
        if path.suffix == ".npz" and path.parent.name == "saved" and not (target / "saved" / path.name).exists():
            _copy(path, target / "saved" / path.name, MAX_FILE, layout)
    if not any(target.rglob("*")):
        layout.notes.append("nothing in it belongs to this assignment")
    return layout


def _packed_work(folder: Path, layout: Layout) -> Path | None:
    """The zip that stands for `folder`, if there is no work in it but a zip: Moodle's downloads, a zip in a zip."""
    files = list(_walk(folder))
    if any(_is_work(path) for path in files):
        return None
    zips = [path for path in files if is_archive(path) and (path.suffix.lower() == ".zip" or len(files) == 1)]
    if len(zips) > 1:
        layout.notes.append(f"{len(zips)} zips; took {zips[-1].name}, the last by name")
    return zips[-1] if zips else None


def _walk(folder: Path) -> Iterator[Path]:
    """The files below `folder`, shallow ones first, without links and junk."""
    level = [folder]
    for _ in range(_DEPTH + 3):
        deeper: list[Path] = []
        for here in level:
            for entry in _entries(here):
                if entry.is_dir():
                    deeper.append(entry)
                elif entry.is_file():
                    yield entry
        level = deeper


def _copy_package(files: list[Path], target: Path, modules: list[str], layout: Layout) -> None:
    """Copy the student's modules: all of the shallowest folder `cs231n`, what stands beside it, and files found astray
    by their names."""
    package = next(
        (
            parent
            for path in files
            for parent in path.parents
            if parent.name.lower() == "cs231n" and path.suffix == ".py"
        ),
        None,
    )
    if package is not None:
        for path in files:
            if path.suffix == ".py" and path.is_relative_to(package):
                _copy(path, target / path.relative_to(package), MAX_SOURCE, layout)
            elif path.suffix == ".py" and path.parent == package.parent:  # `from my_utils import ...` works there
                _copy(path, target.parent / path.name, MAX_SOURCE, layout)
    for module in modules:
        if (target / module).exists() or module.endswith("__init__.py"):
            continue
        name = Path(module).name
        astray = [path for path in files if path.name.lower() == name.lower()]
        if astray:
            layout.notes.append(f"took {module} from {astray[0].name} in {astray[0].parent.name}/")
            _copy(astray[0], target / module, MAX_SOURCE, layout)


def _copy_shallowest(matches: list[Path], target: Path, limit: int, layout: Layout) -> None:
    if matches:
        _copy(matches[0], target, limit, layout)
        if len(matches) > 1:
            layout.notes.append(
                f"{len(matches)} files are called {target.name}; took the one in {matches[0].parent.name}/"
            )


def _copy(source: Path, target: Path, limit: int, layout: Layout) -> None:
    try:
        if source.stat().st_size > limit:
            raise OSError(f"larger than {limit >> 20} MB")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target, follow_symlinks=False)
    except OSError as error:
        layout.notes.append(f"left out {source.name}: {error.strerror or error}")

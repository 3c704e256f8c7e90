"""Finds submissions in what an instructor has: folders and zips of one or of many, as students really pack them.

A submission holds `cs231n/`, notebooks and `saved/`, perhaps a folder or two down. `find_submissions` tells them apart;
`lay_out` copies what counts of one into a clean folder, in which the grader works.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .archives import Allowance, is_archive, unpack
from .errors import SubmissionError

_JUNK = {"__MACOSX", "__pycache__", ".ipynb_checkpoints", ".git", ".venv", "node_modules"}
_DEPTH = 4
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
            unpack(path, target)
        except SubmissionError:
            yield Submission(path.stem, path)  # to be reported when it is graded
            return
        if _is_one(target, assignment):
            yield Submission(path.stem, path)
        else:
            yield from _children(target, assignment)
    elif _is_one(path, assignment):
        yield Submission(path.resolve().name, path)
    else:
        yield from _children(path, assignment)


def _is_one(folder: Path, assignment: str) -> bool:
    """Whether `folder` is a single submission: its work stands in it, or below folders that wrap nothing else."""
    for _ in range(_DEPTH):
        entries = _entries(folder)
        if any(_is_work(entry) for entry in entries):
            return True
        folders = [entry for entry in entries if entry.is_dir()]
        if len(folders) != 1 or any(is_archive(entry) for entry in entries):
            return False
        # nbgrader's submitted/<student>/<assignment>: a lone student's folder names the student
        if folders[0].name != assignment and (folders[0] / assignment).is_dir():
            return False
        folder = folders[0]
    return False


def _is_work(entry: Path) -> bool:
    if entry.is_dir():
        return entry.name.lower() in ("cs231n", "classifiers")
    return entry.suffix in (".ipynb", ".py")


def _children(folder: Path, assignment: str) -> Iterator[Submission]:
    for entry in _entries(folder):
        if entry.is_dir() and any(True for _ in entry.iterdir()):
            inside = entry / assignment
            yield Submission(entry.name, inside if inside.is_dir() else entry)
        elif entry.is_file() and entry.suffix.lower() == ".zip":
            yield Submission(entry.stem, entry)


def _entries(folder: Path) -> list[Path]:
    return sorted(
        entry
        for entry in folder.iterdir()
        if entry.name not in _JUNK and not entry.name.startswith(".") and not entry.is_symlink()
    )


def _with_unique_names(found: list[Submission]) -> Iterator[Submission]:
    seen: dict[str, int] = {}
    for submission in found:
        count = seen[submission.name] = seen.get(submission.name, 0) + 1
        yield submission if count == 1 else Submission(f"{submission.name} ({count})", submission.path)


def lay_out(submission: Submission, target: Path, notebooks: list[str], modules: list[str]) -> Layout:
    """Copy what counts of `submission` into the folder `target`.

    `notebooks` are the names that the assignment has, `modules` its files relative to cs231n/. Raises
    `SubmissionError` if the submission cannot be read at all.
    """
    layout = Layout(target)
    source = submission.path
    if source.is_file():
        source = _unpacked(source, target.parent / "unpacked", layout, Allowance())
    else:
        source = _unwrapped(source, target.parent / "unpacked", layout)
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


def _unpacked(archive: Path, target: Path, layout: Layout, allowance: Allowance) -> Path:
    layout.notes.extend(unpack(archive, target, allowance))
    target.mkdir(parents=True, exist_ok=True)
    return target


def _unwrapped(folder: Path, target: Path, layout: Layout) -> Path:
    """A folder that holds nothing but one zip (Moodle's downloads) stands for what is in it."""
    entries = _entries(folder)
    if len(entries) == 1 and is_archive(entries[0]):
        return _unpacked(entries[0], target, layout, Allowance())
    return folder


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
    """Copy the student's modules: all of the shallowest folder `cs231n`, and files found astray by their names."""
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

"""Finds submissions in what an instructor has: folders and zips of one or of many, as students really pack them.

A submission holds `cs231n/`, notebooks and `saved/`, perhaps a folder or two down. `find_submissions` says what a path
is by the first of these rules that holds:

1. A folder called as the assignment is one submission, of the student that the folder around it is called after:
   nbgrader's `submitted/<student>/<assignment>/`. Nothing in it is anybody else's, whatever it is called.
2. A folder with folders `<student>/<assignment>/` in it is a class as nbgrader keeps it, of one or of many. Who has no
   `<assignment>/` has not handed in, unless work stands in the student's folder itself.
3. One with a folder in it that is called as the assignment is one submission, named after the folder or zip.
4. One with several folders or zips that look like students' work, or nothing but what may be such, is a class of them.
5. Everything else with work in it is one submission.

All but the first hold of zips too, but that a zip of one student's folder is that submission, named after the zip; and
they look through folders that wrap nothing but one other. What is in a class is never looked into for more students.

`lay_out` copies what counts of a submission into a clean folder, in which the grader works.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from .archives import MAX_BYTES, MAX_FILES, Allowance, is_archive, unpack
from .checks.text import printable
from .errors import SubmissionError
from .files import OUR_FAULTS, copy_regular, is_folder, listing

JUNK = {"__MACOSX", "__pycache__", ".ipynb_checkpoints", ".git", ".venv", "node_modules"}
_DEPTH = 4
#: A zip in a zip in a zip is unpacked, and no more.
_NESTED = 3
#: What a submission may come as. Only zips can be unpacked; the others are reported, not passed over.
PACKED = {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"}
#: Bounds on one Python file, on their number, and on all of them together; then the same for saved files.
MAX_SOURCE, MAX_SOURCES, MAX_ALL_SOURCES = 2 << 20, 500, 16 << 20
MAX_FILE, MAX_SAVED, MAX_ALL_SAVED = 64 << 20, 32, 256 << 20
MAX_WALK = 50_000
MAX_NOTES = 20
#: So many names are said of those who have not handed in.
_NAMED = 5
#: What nbgrader calls the folder of all submissions, unless it is told otherwise.
_SUBMITTED = "submitted"
#: What a submission is made of; a data set beside it may have any number of files.
_KINDS, _FOLDERS = {".py", ".ipynb", ".npz", ".zip"}, {"cs231n", "classifiers", "saved"}

#: What is to be said about submissions that were left out. Where nobody listens, Python shows it on standard error.
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Submission:
    """Where one student's work lies: a folder or a zip file.

    `original` is what the student is called there, if `name` had to be another: names are printable and each is one's
    own, without regard to case.
    """

    name: str
    path: Path
    original: str | None = field(default=None, compare=False)


@dataclass
class Layout:
    """A submission laid out in a clean folder: `cs231n/`, `<notebook>.ipynb`, `saved/`; notes on what was odd."""

    folder: Path
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Add a note, on one line; of very many, only the first ones are kept."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(printable(text)[:300])
        elif len(self.notes) == MAX_NOTES:
            self.notes.append("and more of this kind")


def find_submissions(paths: list[Path], assignment: str, scratch: Path) -> list[Submission]:
    """The submissions under `paths`, by name; archives of many are unpacked into `scratch`. Who has not handed in is
    left out, and that is logged.

    Where several paths are given, those in a class are called "<folder or archive>: <name>", unless it is a folder as
    nbgrader keeps classes: one student's zip or folder among those of a class could otherwise name them after others.

    Raises `SubmissionError` for a path that does not exist or holds no submission.
    """
    found: list[Submission] = []
    several = len(paths) > 1
    classes = _nbgraders_folders(paths, assignment)
    for path in paths:
        if not path.exists():
            raise SubmissionError(f"{path} does not exist")
        if path.is_dir() and (why := _not_handed_in(path, assignment, classes)):
            if not several:
                raise SubmissionError(f"{path} holds no submission: {why}")
            _log.warning("%s was left out: %s", printable(str(path)), why)
            continue
        under = list(_find(path, assignment, scratch))
        if several:
            under = _among_others(under, path, assignment)
        if not under and several and (path.is_dir() or path.suffix.lower() in PACKED):
            under = [_itself(path)]  # one of a class: an empty one must not stop the others
        if not under:
            raise SubmissionError(
                f"{path} holds no submission: expected a folder or zip with cs231n/ or notebooks in it"
            )
        found.extend(under)
    if paths and not found:
        raise SubmissionError(f"nobody has handed in {assignment}: expected a folder {assignment}/ of each student")
    # What was named by the instructor has its name before what a submission may have been filled with.
    named = {whole for path in paths for whole in (path.resolve(), path.resolve() / assignment)}
    found.sort(key=lambda submission: submission.path not in named)
    return sorted(_with_unique_names(found), key=lambda submission: submission.name)


def _nbgraders_folders(paths: list[Path], assignment: str) -> set[Path]:
    """The folders in which the folders among `paths` are students' as nbgrader keeps them: that can only be told by
    another of `paths` that has the assignment in it, and by what nbgrader calls such a folder."""
    folders = [path for path in paths if path.is_dir()]
    classes = {_parent(folder) for folder in folders if is_folder(folder / assignment)}
    for parent in {_parent(folder) for folder in folders} - classes:
        if parent.name == _SUBMITTED and _any_in(parent, lambda student: is_folder(student / assignment)):
            classes.add(parent)
    return classes


def _parent(path: Path) -> Path:
    """The folder that `path` lies in, which is not that of what it links to."""
    return Path(os.path.abspath(path)).parent.resolve()


def _not_handed_in(path: Path, assignment: str, classes: Collection[Path]) -> str:
    """Why the folder `path`, which the instructor named, is a student's who has not handed in; "" if it is not."""
    whole = path.resolve()
    is_students, has_it = _parent(path) in classes, is_folder(whole / assignment)
    if whole.name == assignment:
        linked = path.is_symlink() or path.parent.is_symlink()
    else:
        linked = is_students and has_it and path.is_symlink()
    if linked:
        return "it is a link, perhaps to somebody else's work; name the folder itself"
    if not is_students or has_it or whole.name == assignment or _holds_work(whole):
        return ""
    return f"there is no folder {assignment}/ in it, as there is in others beside it, so it was not handed in"


def _find(path: Path, assignment: str, scratch: Path) -> Iterator[Submission]:
    whole = path.resolve()
    if path.is_file():
        if is_archive(whole):
            yield from _in_archive(path, assignment, scratch)
    elif not path.is_dir():
        return
    elif whole.name == assignment:
        _warn_of_many(path, whole, assignment)
        yield Submission(whole.parent.name, whole)
    elif (there := _class_in(whole, assignment)) is not None:
        yield from _children(there, assignment, path)
    else:
        inside = whole / assignment
        _warn_of_many(path, inside, assignment)
        yield Submission(whole.name, inside if is_folder(inside) else whole)


def _in_archive(path: Path, assignment: str, scratch: Path) -> Iterator[Submission]:
    target = scratch / f"many-{len(list(scratch.iterdir()))}"
    try:
        unpack(path.resolve(), target, class_allowance(path))
    except SubmissionError:
        shutil.rmtree(target)
        yield _itself(path)  # to be reported when it is graded
        return
    there = _class_in(target, assignment)
    inside = _entries(there) if there else []
    # One student's, who may have packed a folder of any name, or a zip.
    alone = len(inside) == 1 and (is_archive(inside[0]) or is_folder(inside[0] / assignment))
    if there is None or alone:
        _warn_of_many(path, target / assignment, assignment)
        shutil.rmtree(target)
        yield _itself(path)
    else:
        yield from _children(there, assignment, path)


def _itself(path: Path) -> Submission:
    """The submission that `path` is. The instructor may have named a link; below it, no link is followed."""
    whole = path.resolve()
    return Submission(whole.name if path.is_dir() else path.stem, whole)


def _among_others(under: list[Submission], path: Path, assignment: str) -> list[Submission]:
    """The submissions `under` the `path` of one of several: it may be a student's, who does not name anybody else."""
    whole = path.resolve()
    if path.is_dir() and all(one.path.name == assignment for one in under):  # nbgrader's, in which nobody names others
        return under
    if len(under) == 1:
        return [_itself(path)]
    name = whole.name if path.is_dir() else path.stem
    return [Submission(f"{name}: {one.name}", one.path, one.name) for one in under]


def _warn_of_many(path: Path, folder: Path, assignment: str) -> None:
    """Say so if `folder`, called as the assignment, looks as if an instructor had put a class into it."""
    if is_folder(folder) and not _any_in(folder, _is_work):
        many = sum(_is_students(entry, assignment) for entry in _entries(folder))
        if many > 1:
            _log.warning(
                "%s is one submission, since its folder %s/ is called as the assignment; if the %d folders and zips in "
                "it are a class, give that folder another name",
                printable(str(path)),
                assignment,
                many,
            )


def class_allowance(archive: Path) -> Allowance:
    """What a download of a whole class may hold: more, the larger it is, so that it need not be small to be no bomb."""
    packed = archive.stat().st_size
    return Allowance(max(MAX_FILES, packed // 2048), max(MAX_BYTES, 20 * packed))


def _class_in(folder: Path, assignment: str) -> Path | None:
    """The folder at or below `folder` in which the submissions of a class lie; None if `folder` is one submission."""
    here = folder
    for _ in range(_DEPTH):
        entries = _entries(here)
        folders = [entry for entry in entries if entry.is_dir()]
        if _is_nbgraders(entries, assignment):
            return here if here == folder or len(entries) > 1 else None
        if any(entry.name == assignment or _is_work(entry) for entry in folders):
            return None
        if sum(_is_students(entry, assignment) for entry in entries) > 1:
            return here  # a class, perhaps with a script or notebook of the instructor's beside it
        if any(_is_work(entry) for entry in entries):
            return None
        if len(folders) != 1 or any(is_archive(entry) for entry in entries):
            return folder
        here = folders[0]
    return folder


def _is_nbgraders(entries: list[Path], assignment: str) -> bool:
    """Whether `entries` are those of a folder in which nbgrader keeps a class: `<student>/<assignment>`."""
    students = [entry for entry in entries if entry.name != assignment and is_folder(entry / assignment)]
    if not students or any(_is_package_with_code(entry) for entry in entries):
        return False
    if any(entry.name == assignment and entry.is_dir() for entry in entries):
        # One student's work, and another assignment with a copy in it; or a student called as the assignment is.
        return not all(map(_holds_work, students))
    # A notebook beside several is the instructor's, beside one it is the student's.
    return len(students) > 1 or not any(entry.is_file() and _is_work(entry) for entry in entries)


def _is_package_with_code(entry: Path) -> bool:
    """Whether `entry` is the package itself, and not a student's folder: students may be called cs231n."""
    return entry.is_dir() and _is_work(entry) and _any_in(entry, _is_work)


def _holds_work(folder: Path) -> bool:
    """Whether work, or an archive that may hold it, stands in `folder` itself."""
    return _any_in(folder, lambda entry: _is_work(entry) or entry.suffix.lower() in PACKED and entry.is_file())


def _any_in(folder: Path, holds: Callable[[Path], bool]) -> bool:
    """Whether `holds` does of anything in `folder`. Of one that may not be read it may: grading it will say so."""
    try:
        return any(map(holds, _entries(folder)))
    except OSError:
        return True


def _is_students(entry: Path, assignment: str) -> bool:
    """Whether `entry`, one among others, looks like one student's work."""
    if entry.is_dir():
        return any(is_folder(entry / name) for name in (assignment, "cs231n")) or any(entry.glob("*.zip"))
    return entry.suffix.lower() == ".zip"


def _is_work(entry: Path) -> bool:
    if entry.is_dir():
        return entry.name.lower() in ("cs231n", "classifiers")
    return entry.suffix in (".ipynb", ".py")


def _children(folder: Path, assignment: str, path: Path) -> Iterator[Submission]:
    """The submissions of the class in `folder`, of the instructor's `path`; who has not handed in is logged."""
    entries = _entries(folder)
    nbgraders = _is_nbgraders(entries, assignment)
    missing = []
    for entry in entries:
        if entry.is_dir():
            inside = entry / assignment
            if is_folder(inside):
                yield Submission(entry.name, inside)
            elif nbgraders and not _holds_work(entry):
                missing.append(printable(entry.name))
            elif not _is_empty(entry):
                yield Submission(entry.name, entry)
        elif entry.is_file() and entry.suffix.lower() in PACKED:
            yield Submission(entry.stem, entry)
    if missing:
        names = ", ".join(missing[:_NAMED]) + (", ..." if len(missing) > _NAMED else "")
        _log.warning(
            "%s: %d without a folder %s/ (a link is none) have not handed it in and were left out: %s",
            printable(str(path)),
            len(missing),
            assignment,
            names,
        )


def _is_empty(folder: Path) -> bool:
    """Whether nothing is in `folder`. One that may not be read is not: when it is graded, that is said."""
    try:
        return not any(True for _ in folder.iterdir())
    except OSError:
        return False


def _entries(folder: Path) -> list[Path]:
    return [entry for entry in listing(folder)[0] if entry.name not in JUNK]


def counts(path: PurePath) -> bool:
    """Whether work may be in the file `path` of an archive. What is not need not be unpacked: data sets are large."""
    if any(part in JUNK or part.startswith(".") and part != ".." for part in path.parts):
        return False
    kind = path.suffix.lower()
    if kind == ".npz":
        return path.parent.name == "saved"
    if kind == ".zip":
        return not {"cs231n", "datasets"}.intersection(part.lower() for part in path.parts)
    return kind in _KINDS


def _with_unique_names(found: list[Submission]) -> Iterator[Submission]:
    taken: set[str] = set()  # without regard to case, as file systems and gradebooks take names
    for submission in found:
        name = plain = printable(submission.name)
        count = 1
        while name.casefold() in taken:
            count += 1
            name = f"{plain} ({count})"
        taken.add(name.casefold())
        original = submission.original or (submission.name if name != submission.name else None)
        yield Submission(name, submission.path, original)


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
        try:
            left_out = unpack(archive, source, allowance, counts)
        except SubmissionError as error:
            raise SubmissionError(printable(str(error))) from None
        for text in left_out:
            layout.note(text)
    files = _own_first(_walk(source, layout), source, notebooks, layout)
    target.mkdir(parents=True, exist_ok=True)
    python = _Copies(layout, "Python", MAX_SOURCES, MAX_SOURCE, MAX_ALL_SOURCES)
    _copy_package(files, source, modules, python)
    python.report()
    for name in notebooks:
        matches = [path for path in files if path.name == f"{name}.ipynb"]
        if len(matches) > 1:
            layout.note(f"{len(matches)} files are called {name}.ipynb; took the one in {matches[0].parent.name}/")
        if matches:
            _Copies(layout, "notebook", 1, MAX_FILE, MAX_FILE).copy(matches[0], f"{name}.ipynb")
    saved = _Copies(layout, "saved", MAX_SAVED, MAX_FILE, MAX_ALL_SAVED)
    for path in files:
        if path.suffix == ".npz" and path.parent.name == "saved":
            saved.copy(path, f"saved/{path.name}")
    saved.report()
    if not any(target.rglob("*")):
        layout.note("nothing in it belongs to this assignment")
    return layout


def _packed_work(folder: Path, layout: Layout) -> Path | None:
    """The zip that stands for `folder`, if there is no work in it but a zip: Moodle's downloads, a zip in a zip."""
    files = _walk(folder, Layout(folder))
    if any(_is_work(path) for path in files):
        return None
    alone = len(files) == 1 and files[0].suffix != ".npz"  # which is a zip file too
    zips = [path for path in files if (alone or path.suffix.lower() == ".zip") and is_archive(path)]
    if len(zips) > 1:
        layout.note(f"{len(zips)} zips; took {zips[-1].name}, the last by name")
    return zips[-1] if zips else None


def _walk(folder: Path, layout: Layout) -> list[Path]:
    """The files below `folder` of which work is made, shallow ones first, and the first file of any other kind.

    Raises `OSError` if `folder`, or one in it that work is expected in, cannot be read for a reason that is not the
    student's; others are noted.
    """
    files: list[Path] = []
    level = [folder]
    for depth in range(_DEPTH + 3):
        deeper: list[Path] = []
        for here in level:
            try:
                found, others = listing(here)
            except OSError as error:
                matters = any(part.lower() in _FOLDERS for part in here.relative_to(folder).parts)
                if depth == 0 or matters and error.errno in OUR_FAULTS:
                    raise
                layout.note(f"left out the folder {here.name}: {error.strerror}")
                continue
            for entry in others:
                if entry.suffix.lower() in _KINDS or entry.name.lower() in _FOLDERS:
                    layout.note(f"left out {entry.name}: a link or special file")
            for entry in found:
                if entry.name in JUNK:
                    continue
                if entry.is_dir():
                    deeper.append(entry)
                elif entry.suffix.lower() in _KINDS or not files:
                    files.append(entry)
            if len(files) + len(deeper) > MAX_WALK:
                layout.note(f"there are more than {MAX_WALK} files; only so many were looked at")
                return files[:MAX_WALK]
        level = deeper
    return files


def _own_first(files: list[Path], source: Path, notebooks: list[str], layout: Layout) -> list[Path]:
    """`files`, those of this assignment first: some pack the folder in which they have all assignments. It is the first
    with a package that has notebooks of it too, if any has."""
    python = [path for path in files if path.suffix == ".py"]
    homes = dict.fromkeys(parent.parent for path in python for parent in _within(path, source) if _is_package(parent))
    names = {f"{name}.ipynb" for name in notebooks}
    with_notebooks = {path.parent for path in files if path.name in names}
    home = next((home for home in homes if home in with_notebooks), None)
    if home is None or home == next(iter(homes)):
        return files
    layout.note(f"took what is in {home.name}/, where this assignment's notebooks are")
    return sorted(files, key=lambda path: not path.is_relative_to(home))


def _copy_package(files: list[Path], source: Path, modules: list[str], copies: _Copies) -> None:
    """Copy the student's modules: all of the shallowest folder `cs231n`, what stands beside it, and files found astray
    by their names. The assignment's own come first, so that no number of others keeps them out."""
    # Nothing else can be imported; and a folder x.py would stand where a module does.
    python = [path for path in files if path.suffix == ".py" and _can_be_imported(path.relative_to(source))]
    package = next((parent for path in python for parent in _within(path, source) if _is_package(parent)), None)
    if package is not None:
        inside = {path.relative_to(package).as_posix(): path for path in python if path.is_relative_to(package)}
        for name in sorted(inside, key=lambda name: name not in modules):
            copies.copy(inside[name], f"cs231n/{name}")
        for path in python:
            if path.parent == package.parent:  # `from my_utils import ...` works there
                copies.copy(path, path.name)
    for module in modules:
        if copies.has(f"cs231n/{module}") or module.endswith("__init__.py"):
            continue
        name = Path(module).name
        astray = [path for path in files if path.name.lower() == name.lower()]
        if astray:
            copies.layout.note(f"took {module} from {astray[0].name} in {astray[0].parent.name}/")
            copies.copy(astray[0], f"cs231n/{module}")


def _can_be_imported(path: Path) -> bool:
    """Whether the name of `path`, from its package on, is that of a module."""
    names = path.with_suffix("").parts
    start = next((number for number, name in enumerate(names) if _is_package(Path(name))), len(names) - 1)
    return all(map(str.isidentifier, names[start:]))


def _is_package(folder: Path) -> bool:
    return folder.name.lower() == "cs231n"


def _within(path: Path, source: Path) -> list[Path]:
    """The folders that hold `path`, the nearest first, up to `source`: what lies above is the instructor's."""
    return [parent for parent in path.parents if parent.is_relative_to(source)]


@dataclass
class _Copies:
    """Copies files of one kind into a layout, until there are too many; what is left out is noted.

    `count` bounds their number, `each` the size of one, `most` that of all.
    """

    layout: Layout
    kind: str
    count: int
    each: int
    most: int
    copied: set[str] = field(default_factory=set)
    size: int = 0
    refused: int = 0

    def copy(self, source: Path, name: str) -> None:
        """Copy `source` to `name` in the layout, unless one of that name was copied already."""
        if name in self.copied:
            return
        try:
            if len(self.copied) == self.count or self.size + source.stat().st_size > self.most:
                self.refused += 1
                return
            self.size += copy_regular(source, self.layout.folder / name, self.each)
            self.copied.add(name)
        except OSError as error:
            if error.errno in OUR_FAULTS:
                raise
            self.layout.note(f"left out {source.name}: {error.strerror}")

    def has(self, name: str) -> bool:
        """Whether a file of this name was copied."""
        return name in self.copied

    def report(self) -> None:
        """Note how many files were left out because there are too many."""
        if self.refused:
            bounds = f"{self.count} of them and {self.most >> 20} MB in all"
            self.layout.note(f"left out {self.refused} {self.kind} files: at most {bounds} are taken")

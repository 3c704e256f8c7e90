"""Builds the folder that students get, compares it with the one at hand, and packs it."""

from __future__ import annotations

import inspect
import json
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import datasets

from .. import checks
from ..checks import answers
from ..checks.compare import close
from ..checks.registry import CHECKS
from ..course import Assignment
from ..errors import CourseError
from .modules import solved_modules, student_modules
from .notebooks import student_notebooks
from .record import record_answers

#: Recorded answers are compared within this tolerance: BLAS and libm round differently between CPUs.
ANSWERS_TOLERANCE = 1e-9


def build(assignment: Assignment, target: Path | None = None) -> Path:
    """Build the release of `assignment` into `target` (default: its folder in assignments/); return the folder.

    The folder is replaced as a whole, once everything has been built. Raises `CourseError` for anything inconsistent.
    """
    target = target or assignment.release
    if problems := assignment.problems():
        raise CourseError("\n".join(problems))
    with tempfile.TemporaryDirectory(prefix="autograder-build-") as scratch:
        folder = Path(scratch) / assignment.name
        _write(folder, student_notebooks(assignment))
        _write(folder / "cs231n", student_modules(assignment))
        _common_parts(assignment, folder)
        _replace(target, folder)
    return target


def solved_release(assignment: Assignment, target: Path) -> Path:
    """The same folder with solutions in it, to run the solution notebooks where students run theirs."""
    folder = target / assignment.name
    _write(folder, {f"{n}.ipynb": path.read_text(encoding="utf-8") for n, path in assignment.notebooks.items()})
    _write(folder / "cs231n", solved_modules(assignment))
    _common_parts(assignment, folder)
    return folder


def check_release(assignment: Assignment) -> list[str]:
    """Build anew and list the files of assignments/ that differ: text by bytes, recorded answers by value."""
    with tempfile.TemporaryDirectory(prefix="autograder-check-") as scratch:
        fresh = build(assignment, Path(scratch) / assignment.name)
        new, old = set(_files(fresh)), set(_files(assignment.release)) if assignment.release.is_dir() else set()
        stale = [f"{name}: missing" for name in sorted(new - old)]
        stale += [f"{name}: not part of the release" for name in sorted(old - new)]
        stale += [f"{n}: differs" for n in sorted(new & old) if not _alike(fresh / n, assignment.release / n)]
        return stale


def zip_release(assignment: Assignment, target: Path) -> Path:
    """Pack the built release into `target/<assignment>.zip`, the same bytes for the same files."""
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{assignment.name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(_files(assignment.release)):
            entry = zipfile.ZipInfo(f"{assignment.name}/{name}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, (assignment.release / name).read_bytes())
    return path


def _common_parts(assignment: Assignment, folder: Path) -> None:
    """Checks, data loaders, files handed out as they are, requirements and a README."""
    course = assignment.course
    own = {item.id for item in assignment.items}
    here = Path(checks.__file__).parent
    topics = {CHECKS[id].run.__module__.rpartition(".")[2] for id in own if id in CHECKS}
    for source in sorted(here.rglob("*.py")):
        if source.parent.name != "topics" or source.stem in topics | {"__init__"}:
            _copy(source, folder / "checks" / source.relative_to(here))
    data = Path(inspect.getfile(datasets)).parent
    for source in sorted(data.rglob("*.py")):
        _copy(source, folder / "datasets" / source.relative_to(data))
    for name in assignment.settings.get("files", []):
        _copy(course.solutions / assignment.name / name, folder / name)
    description = {
        "assignment": assignment.name,
        "title": assignment.settings["title"],
        "notebooks": list(assignment.notebooks),
        "modules": list(assignment.modules),
        "items": [asdict(item) for item in assignment.items],
    }
    _write(
        folder,
        {
            "checks/items.json": json.dumps(description, indent=1) + "\n",
            "requirements.txt": "".join(f"{line}\n" for line in _requirements(course.root)),
            "README.md": _readme(assignment),
        },
    )
    answers.save(folder / "checks" / "answers.npz", record_answers(assignment))


def _requirements(root: Path) -> list[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    dependencies: list[str] = project["project"]["dependencies"]
    return dependencies


def _readme(assignment: Assignment) -> str:
    template = (Path(__file__).parent / "student_readme.md").read_text(encoding="utf-8")
    rows = []
    for name in assignment.notebooks:
        items = [item for item in assignment.items if item.notebook == name]
        tasks = ", ".join(f"`{item.id}`" for item in items if item.kind != "question")
        rows.append(f"| `{name}.ipynb` | {tasks} | {sum(item.points for item in items):g} |")
    return template.format(name=assignment.name, title=assignment.settings["title"], rows="\n".join(rows))


def _write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise CourseError(f"{source} does not exist")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _replace(target: Path, folder: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if target.exists():
        target.rename(aside)
    shutil.move(folder, target)
    shutil.rmtree(aside, ignore_errors=True)


def _files(folder: Path) -> Iterator[str]:
    """The files of a release, without what working in it leaves behind."""
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints", "saved"} & set(parts):
            yield path.relative_to(folder).as_posix()


def _alike(a: Path, b: Path) -> bool:
    if a.name != "answers.npz":
        return a.read_bytes() == b.read_bytes()
    try:
        new, old = answers.load(a), answers.load(b)
    except Exception:  # whatever is wrong with the file at hand, it is not the one just built
        return False
    return new.keys() == old.keys() and all(_same_tree([v for _, v in new[k]], [v for _, v in old[k]]) for k in new)


def _same_tree(a: object, b: object) -> bool:
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_same_tree, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same_tree(a[key], b[key]) for key in a)
    if isinstance(a, str | bool | None) or not hasattr(a, "__array__") and not isinstance(a, int | float):
        return a == b
    return close(b, a, rtol=ANSWERS_TOLERANCE)

"""Packs the zip that Gradescope is given: what grading needs, and nothing else of the course."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ..course import Assignment
from ..errors import CourseError
from ..exports import gradescope_results
from ..files import replacing
from ..grading import not_graded
from .settings import FILE, Settings

#: What Gradescope calls; it copies the second one out of the folder.
SCRIPTS = ("setup.sh", "run_autograder")
#: The results of what was stopped before it had any, by run_autograder.
NO_RESULTS = "not_graded.json"
_HERE = Path(__file__).resolve().parent
_PROJECT = _HERE.parents[1]
#: What `pip install` wants of a project: its description, and the files that this names.
_DESCRIPTION = ("pyproject.toml", "README.md", "LICENSE")
_PARTS = {".py", ".typed", ".html", ".md"}
#: A time that every zip can hold, so that the same files are the same bytes.
_TIME = (1980, 1, 1, 0, 0, 0)
_PLAIN, _EXECUTABLE = 0o644, 0o755


def pack(assignment: Assignment, settings: Settings, target: Path) -> list[str]:
    """Write the zip for `assignment` to `target`; return the names of the files in it.

    Raises `CourseError` where something that belongs into it is not there.
    """
    contents = dict(_contents(assignment, settings))
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as path, zipfile.ZipFile(path, "w") as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = 3  # Unix, wherever it is packed: only so the mode counts
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (_EXECUTABLE if name in SCRIPTS else _PLAIN) << 16
            archive.writestr(entry, contents[name])
    return sorted(contents)


def _contents(assignment: Assignment, settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file."""
    for script in SCRIPTS:
        yield script, _read(_HERE / script).replace(b"\r\n", b"\n")  # as git may have checked it out on Windows
    yield FILE, settings.text().encode()
    stopped = not_graded("", assignment, "the autograder was stopped before it was done", "nothing was run")
    yield NO_RESULTS, json.dumps(gradescope_results(stopped, settings.visibility), indent=1).encode()
    for name in _DESCRIPTION:
        yield name, _read(_PROJECT / name)
    for package in ("autograder", "datasets"):
        yield from _files(_PROJECT / package, package, _PARTS)
    solutions = assignment.course.solutions
    yield "solutions/course.toml", _read(solutions / "course.toml")
    # All of it: checks compare with functions of modules that this assignment need not hand out.
    yield from _files(solutions / "cs231n", "solutions/cs231n", {".py"})
    for notebook in assignment.notebooks.values():
        yield notebook.relative_to(assignment.course.root).as_posix(), _read(notebook)
    handed_out = assignment.release / "cs231n"
    if not handed_out.is_dir():
        raise CourseError(f"{handed_out} does not exist; run `autograder build {assignment.name}` first")
    yield from _files(handed_out, f"assignments/{assignment.name}/cs231n", {".py"})


def _files(folder: Path, name: str, kinds: set[str]) -> Iterator[tuple[str, bytes]]:
    """The files of `kinds` in `folder`, called after `name`; without hidden ones, which editors and tests leave."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.suffix in kinds and path.is_file() and not any(part.startswith(".") for part in parts):
            yield f"{name}/{'/'.join(parts)}", path.read_bytes()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CourseError(
            f"{path} is needed and cannot be read ({error.strerror}); pack from a clone of the repository, in whose "
            "environment the package is installed with `pip install --editable .`"
        ) from None

"""The course on disk: its assignments, their items and points.

Read from `solutions/course.toml`, the fences in `solutions/cs231n` and the nbgrader cells of the notebooks; nothing of
it is written anywhere else by hand.
"""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from . import fences
from .checks import topics  # noqa: F401  registers the checks
from .checks.kit import Item
from .checks.registry import CHECKS
from .checks.topics.models import ACCURACY
from .errors import CourseError

#: Who is given a hidden input could try all smaller seeds until one yields it.
MIN_SEED = 1 << 48
TOTAL_POINTS = 100


@dataclass(frozen=True)
class Cell:
    """A notebook cell with nbgrader metadata."""

    notebook: str
    source: str
    grade_id: str
    grade: bool
    solution: bool
    points: float
    cell_type: str


@dataclass(frozen=True)
class Course:
    """The folder that holds `solutions/` and `assignments/`."""

    root: Path

    @staticmethod
    def find(start: Path | None = None) -> Course:
        """The course that `start` (default: the working folder) lies in, else the one this package lies in."""
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents, Path(__file__).resolve().parents[1]):
            if (folder / "solutions" / "course.toml").is_file():
                return Course(folder)
        raise CourseError(f"expected solutions/course.toml in {here} or above; run this inside the course's folder")

    @property
    def solutions(self) -> Path:
        """What instructors edit."""
        return self.root / "solutions"

    @cached_property
    def settings(self) -> dict[str, Any]:
        """course.toml."""
        path = self.solutions / "course.toml"
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise CourseError(f"{path}: {error}") from None

    @property
    def assignments(self) -> list[str]:
        """The names of the assignments, in order."""
        return list(self.settings["assignments"])

    @property
    def hidden_seeds(self) -> tuple[int, ...]:
        """Seeds of the cases that only the grader runs."""
        seeds = tuple(self.settings["course"]["hidden_seeds"])
        if not all(type(seed) is int and seed >= MIN_SEED for seed in seeds):
            raise CourseError(
                f"course.toml: expected hidden seeds of {MIN_SEED} or more, got {seeds}; code could guess smaller ones"
            )
        return seeds

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data sets that a saved model may have been trained on: those that have thresholds, if nothing is said."""
        names = self.settings["course"].get("datasets", list(ACCURACY))
        if type(names) is not list or not names or not all(name in [*ACCURACY] for name in names):
            raise CourseError(f"course.toml: expected datasets to be a list, of {', '.join(ACCURACY)}; got {names!r}")
        return tuple(names)

    def assignment(self, name: str) -> Assignment:
        """The assignment called `name`."""
        if name not in self.settings["assignments"]:
            raise CourseError(f"there is no assignment {name!r}; course.toml has: {', '.join(self.assignments)}")
        return Assignment(self, name)


@dataclass(frozen=True)
class Assignment:
    """One assignment of a course."""

    course: Course
    name: str

    @property
    def preload(self) -> tuple[str, ...]:
        """Libraries that its submissions are likely to import, for the grader to keep in memory."""
        return tuple(self.settings.get("preload", ()))

    @property
    def settings(self) -> dict[str, Any]:
        """Its table in course.toml."""
        table: dict[str, Any] = self.course.settings["assignments"][self.name]
        return table

    @property
    def release(self) -> Path:
        """The folder that students get."""
        return self.course.root / "assignments" / self.name

    @property
    def notebooks(self) -> dict[str, Path]:
        """Name and file of each notebook, in order."""
        return {name: self.course.solutions / self.name / f"{name}.ipynb" for name in self.settings["notebooks"]}

    @property
    def modules(self) -> dict[str, list[str] | None]:
        """Module file (relative to cs231n/) -> the functions and classes that it hands out, None for all."""
        return {file: None if names == "all" else list(names) for file, names in self.settings["modules"].items()}

    @cached_property
    def cells(self) -> list[Cell]:
        """The nbgrader cells of all its notebooks."""
        return [cell for name, path in self.notebooks.items() for cell in _cells(name, path)]

    @cached_property
    def items(self) -> list[Item]:
        """What is graded, in the order of the notebooks."""
        return [_item(cell) for cell in self.cells if cell.grade]

    def item(self, id: str) -> Item:
        """The item called `id`."""
        for item in self.items:
            if item.id == id:
                return item
        raise CourseError(f"{self.name} has no item {id!r}; its items are: {', '.join(i.id for i in self.items)}")

    def fences(self) -> Iterator[tuple[str, Path]]:
        """Item and file of each fence in its modules and notebooks."""
        package = self.course.solutions / "cs231n"
        for file, names in self.modules.items():
            path = package / file
            if not path.is_file():
                raise CourseError(f"course.toml hands out {file}, but {path} does not exist")
            text = path.read_text(encoding="utf-8")
            for fence in fences.find(text, str(path)):
                if names is None or _owner(text, fence) in names:
                    yield fence.id, path
        for cell in self.cells:
            if cell.solution and cell.cell_type == "code":
                for fence in fences.find(cell.source, str(self.notebooks[cell.notebook])):
                    yield fence.id, self.notebooks[cell.notebook]

    @property
    def carried(self) -> set[str]:
        """What an earlier assignment grades: where this one hands it out too, it is a stub that students fill with
        their own earlier work, and is not graded again."""
        names = self.course.assignments
        earlier = [self.course.assignment(name) for name in names[: names.index(self.name)]]
        return {item.id for assignment in earlier for item in assignment.items if item.kind != "question"}

    def problems(self) -> list[str]:
        """What is inconsistent between fences, checks, grade cells and points; empty when all is well."""
        fenced = [id for id, _ in self.fences()]
        graded, carried = {item.id for item in self.items if item.kind != "question"}, self.carried
        found = [f"{id}: fenced twice" for id in {id for id in fenced if fenced.count(id) > 1}]
        found += [f"{id}: a fence without a grade cell" for id in fenced if id not in graded | carried]
        found += [f"{id}: a grade cell without a fence" for id in graded if id not in fenced]
        found += [f"{id}: a grade cell without a check" for id in graded if id not in CHECKS]
        total = sum(item.points for item in self.items)
        if total != TOTAL_POINTS:
            found.append(f"{self.name}: the points add up to {total:g}, not {TOTAL_POINTS}")
        for cell in self.cells:
            if cell.grade and cell.cell_type == "code" and f'check("{cell.grade_id}")' not in cell.source:
                found.append(f'{cell.grade_id}: its cell in {cell.notebook} does not call check("{cell.grade_id}")')
        return found


def _owner(text: str, fence: fences.Fence) -> str:
    """The top-level function or class of `text` that the fence stands in."""
    definitions = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return next((node.name for node in reversed(definitions) if node.lineno <= fence.first), "")


def _item(cell: Cell) -> Item:
    if cell.solution:
        return Item(cell.grade_id, "question", cell.notebook, cell.points, "Question")
    check = CHECKS.get(cell.grade_id)
    kind = "model" if check and check.saved else "code"
    return Item(cell.grade_id, kind, cell.notebook, cell.points, check.title if check else "")


def _cells(notebook: str, path: Path) -> Iterator[Cell]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"course.toml names the notebook {notebook}, but {path} does not exist") from None
    except json.JSONDecodeError as error:
        raise CourseError(f"{path} is not a notebook: {error}") from None
    for cell in content["cells"]:
        marks = cell["metadata"].get("nbgrader")
        if marks:
            yield Cell(
                notebook,
                "".join(cell["source"]),
                marks["grade_id"],
                bool(marks["grade"]),
                bool(marks["solution"]),
                float(marks.get("points", 0)),
                cell["cell_type"],
            )

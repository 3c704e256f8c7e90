"""Made submissions: the solution with single items replaced by right and wrong implementations.

`tests/submissions/<item>/right_*.py` and `wrong_*.py` hold one implementation each: a function of the item's name
(for a method: of the method's name, with `self`) and a constant `EXPECTED = (verdict, mistake)`. For an item that
is graded from a saved file, the function is `save(folder)`, which writes the file. The tests of the checks and
the demonstration class are made of them.
"""

from __future__ import annotations

import ast
import shutil
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import fences
from .checks.registry import CHECKS
from .course import Assignment
from .errors import CourseError


@dataclass(frozen=True)
class Variant:
    """One implementation of one item, with the verdict and the recognised mistake that a check should find."""

    item: str
    path: Path
    verdict: str
    mistake: str

    @property
    def name(self) -> str:
        """`item/file`."""
        return f"{self.item}/{self.path.stem}"


def variants(assignment: Assignment) -> list[Variant]:
    """All implementations in the corpus of the assignment's items, in order."""
    corpus = assignment.course.root / "tests" / "submissions"
    ids = [item.id for item in assignment.items]
    return [_variant(id, path) for id in ids for path in sorted((corpus / id).glob("*.py"))]


def _variant(item: str, path: Path) -> Variant:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXPECTED":
            verdict, mistake = ast.literal_eval(node.value)
            return Variant(item, path, verdict, mistake)
    raise CourseError(f"{path}: expected a line `EXPECTED = (verdict, mistake)`")


def module_with(assignment: Assignment, variant: Variant, solved: Mapping[str, str] = {}) -> tuple[str, str]:
    """The solved module with the variant's implementation in place of the fence: `(file, text)`, where `file` is
    relative to cs231n/. Its text is what `solved` has for it, else the whole of it, of all assignments."""
    check = CHECKS[variant.item]
    file = check.module.replace(".", "/") + ".py"
    path = assignment.course.solutions / "cs231n" / file
    lines = (solved.get(file) or path.read_text(encoding="utf-8")).splitlines()
    fence = next(f for f in fences.find("\n".join(lines), str(path)) if f.id == variant.item)
    body, rest = _split(variant.path.read_text(encoding="utf-8"), check.function)
    lines[fence.first : fence.last + 1] = textwrap.indent(body, fence.indent).splitlines()
    return file, "\n".join([*lines, "", rest, ""])


def _split(source: str, function: str) -> tuple[str, str]:
    """The body of `function` without docstring, and everything else in `source`."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            start = node.body[1 if ast.get_docstring(node) is not None else 0]
            before = lines[node.lineno - 1 : start.lineno - 1]
            comments = [line for line in before if line.strip().startswith("#")]
            body = textwrap.dedent("\n".join(comments + lines[start.lineno - 1 : node.end_lineno]))
            others = lines[: node.lineno - 1] + lines[node.end_lineno :]
            return body, "\n".join(others)
    raise CourseError(f"expected a function {function} in\n{source[:200]}")


def save_with(variant: Variant, folder: Path) -> None:
    """Write the saved file of a model item into `folder`, as the variant's `save` does."""
    namespace: dict[str, Any] = {"__name__": variant.path.stem}
    exec(compile(variant.path.read_text(encoding="utf-8"), variant.path, "exec"), namespace)
    folder.mkdir(parents=True, exist_ok=True)
    namespace["save"](folder)


def solved_package(assignment: Assignment, folder: Path) -> Path:
    """Copy the solved `cs231n` into `folder`; return it."""
    target = folder / "cs231n"
    shutil.copytree(assignment.course.solutions / "cs231n", target, ignore=shutil.ignore_patterns("__pycache__"))
    return target

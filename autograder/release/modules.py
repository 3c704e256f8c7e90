"""The students' version of `cs231n`: the modules and functions that an assignment hands out, solutions out."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import PurePosixPath

from .. import fences
from ..course import Assignment
from ..errors import CourseError


def student_modules(assignment: Assignment) -> dict[str, str]:
    """File (relative to cs231n/) -> text with a stub in place of every fence."""
    return {file: fences.strip(text, file) for file, text in solved_modules(assignment).items()}


def solved_modules(assignment: Assignment) -> dict[str, str]:
    """File (relative to cs231n/) -> text with the solutions in it, reduced to what the assignment hands out."""
    texts: dict[str, str] = {}
    for file, names in assignment.modules.items():
        path = assignment.course.solutions / "cs231n" / file
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise CourseError(f"course.toml hands out {file}, but {path} does not exist") from None
        texts[file] = text if names is None else keep_only(text, set(names), str(path), _offered(file, assignment))
    return texts


def _offered(file: str, assignment: Assignment) -> Callable[[ast.ImportFrom, str], bool]:
    """Tells for an import in `file` whether the assignment hands out what it names."""
    modules, folder = assignment.modules, PurePosixPath(file).parent

    def offered(node: ast.ImportFrom, name: str) -> bool:
        if not node.level:  # a library
            return True
        base = [folder, *folder.parents][node.level - 1]
        names = modules.get(f"{base / (node.module or '').replace('.', '/')}.py", [])
        return names is None or name in names

    return offered


def keep_only(
    text: str, names: set[str], file: str, offered: Callable[[ast.ImportFrom, str], bool] = lambda node, name: True
) -> str:
    """`text` without the top-level functions and classes that are not in `names`, and without the imports that nothing
    uses then. An import marked `noqa: F401` is there for students to use: of it stays what is `offered` to them.
    Raises `CourseError` for a name that `text` does not define."""
    module = ast.parse(text)
    definitions = [n for n in module.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    if unknown := names - {node.name for node in definitions}:
        raise CourseError(f"course.toml names {', '.join(sorted(unknown))}, which {file} does not define")
    dropped = [node for node in definitions if node.name not in names]
    if not dropped:
        return text
    used = {n.id for node in module.body if node not in dropped for n in ast.walk(node) if isinstance(n, ast.Name)}
    lines = text.splitlines()
    for node in reversed(module.body):
        if isinstance(node, ast.ImportFrom | ast.Import):
            marked = any("noqa: F401" in line for line in lines[node.lineno - 1 : node.end_lineno])
            if marked and isinstance(node, ast.ImportFrom):
                kept = [alias for alias in node.names if offered(node, alias.name)]
            else:
                kept = [alias for alias in node.names if (alias.asname or alias.name).partition(".")[0] in used]
            if len(kept) != len(node.names):
                node.names = kept
                first, last = node.lineno - 1, node.end_lineno or node.lineno
                if not kept and not "".join([*lines[max(first - 1, 0) : first], *lines[last : last + 1]]).strip():
                    last += 1  # it stood alone: one of the gaps goes too
                lines[first:last] = [ast.unparse(node)] if kept else []
        elif node in dropped:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            last = node.end_lineno or node.lineno
            # Comments below the last statement, such as a fence's end, are no part of the tree.
            while last < len(lines) and lines[last][:1] in ("", " ", "\t"):
                last += 1
            lines[first - 1 : last] = [""]
    return "\n".join(_without_wide_gaps(lines)) + "\n"


def _without_wide_gaps(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        if line.strip() or len(kept) < 2 or kept[-1].strip() or kept[-2].strip():
            kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept

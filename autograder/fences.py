"""Solution fences: the lines of a solved source that students write themselves.

    ### BEGIN SOLUTION affine_forward
    ...
    ### END SOLUTION

nbgrader's own markers, with the item's id behind the first, so that one kind of fence serves modules and
notebooks. A fence may not stand inside another, and no id may come twice in a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import CourseError

_BEGIN = re.compile(r"^(?P<indent>\s*)### BEGIN SOLUTION\b\s*(?P<id>\S*)\s*$")
_END = re.compile(r"^\s*### END SOLUTION\s*$")
_LOOKS_LIKE = re.compile(r"(BEGIN|END) SOLUTION")


@dataclass(frozen=True)
class Fence:
    """A fence: its item, its first and last line (from 0, markers included) and its indentation."""

    id: str
    first: int
    last: int
    indent: str


def find(text: str, file: str) -> list[Fence]:
    """The fences of `text` in order; raise `CourseError`, naming `file` and line, where they are malformed."""
    fences: list[Fence] = []
    opened: tuple[str, int, str] | None = None
    for number, line in enumerate(text.splitlines()):
        begin, end = _BEGIN.match(line), _END.match(line)
        where = f"{file}, line {number + 1}"
        if begin:
            if opened:
                raise CourseError(f"{where}: a fence begins inside the fence {opened[0]} of line {opened[1] + 1}")
            if not begin["id"]:
                raise CourseError(f"{where}: expected the item's id behind BEGIN SOLUTION")
            if begin["id"] in {fence.id for fence in fences}:
                raise CourseError(f"{where}: the fence {begin['id']} comes twice")
            opened = begin["id"], number, begin["indent"]
        elif end:
            if not opened:
                raise CourseError(f"{where}: END SOLUTION without BEGIN SOLUTION")
            fences.append(Fence(opened[0], opened[1], number, opened[2]))
            opened = None
        elif _LOOKS_LIKE.search(line):
            raise CourseError(f"{where}: expected `### BEGIN SOLUTION <id>` or `### END SOLUTION` alone on a line")
    if opened:
        raise CourseError(f"{file}, line {opened[1] + 1}: the fence {opened[0]} is never closed")
    return fences


def strip(text: str, file: str) -> str:
    """`text` with every fence replaced by a stub that raises NotImplementedError with the item's id."""
    lines = text.splitlines()
    for fence in reversed(find(text, file)):
        stub = [f"{fence.indent}# YOUR CODE HERE", f'{fence.indent}raise NotImplementedError("{fence.id}")']
        lines[fence.first : fence.last + 1] = stub
    return "\n".join(lines) + "\n"


def remove_markers(text: str, file: str) -> str:
    """`text` with the solutions left in and the markers taken out."""
    drop = {line for fence in find(text, file) for line in (fence.first, fence.last)}
    return "\n".join(line for n, line in enumerate(text.splitlines()) if n not in drop) + "\n"


def solution_lines(text: str, file: str) -> Iterator[str]:
    """The lines inside the fences, stripped, without blank ones."""
    lines = text.splitlines()
    for fence in find(text, file):
        yield from (line.strip() for line in lines[fence.first + 1 : fence.last] if line.strip())

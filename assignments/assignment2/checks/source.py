"""Reads what a function's source uses, for tasks that forbid a shortcut or ask for few loops.

It is a check of the task's terms, not a defence: who wants to hide a call can. It runs where the student's
code runs, because parsing a hostile file can be made to exhaust memory.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_LOOPS = (ast.For, ast.While, ast.AsyncFor, ast.comprehension)
#: Calls that are loops in all but name.
_LOOP_CALLS = frozenset(
    [
        "map",
        "filter",
        "numpy.vectorize",
        "numpy.apply_along_axis",
        "numpy.apply_over_axes",
        "numpy.frompyfunc",
    ]
)


@dataclass(frozen=True)
class Usage:
    """Names used by a function and by the functions of its own module that it calls.

    `names` maps each dotted name (`numpy.linalg.norm`, aliases resolved) to the line of its first use;
    `loops` are the lines of its loops, comprehensions included; `stub` says that it returns nothing and ends in raising
    NotImplementedError, as what students are given does.
    """

    names: dict[str, int]
    loops: tuple[int, ...]
    stub: bool = False

    def as_tree(self) -> dict[str, object]:
        """As a tree that can be sent."""
        return {"names": dict(self.names), "loops": list(self.loops), "stub": self.stub}


def usage_of(source: str | bytes, function: str) -> Usage:
    """What the function or method named `function` ("loss", "TwoLayerNet.loss") in `source` uses.

    The bytes of a file are decoded as Python does it. Raises `LookupError` if the source has no such function and
    `SyntaxError` if it is not Python.
    """
    module = ast.parse(source)
    functions = {n.name: n for n in ast.walk(module) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
    owner, _, function = function.rpartition(".")
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and node.name == owner:  # its methods come before others of their names
            functions |= {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    if function not in functions:
        raise LookupError(f"there is no function {function}")
    aliases = dict(_aliases(module))
    names: dict[str, int] = {}
    loops: list[int] = []
    waiting, seen = [function], {function}
    while waiting:
        for node in ast.walk(functions[waiting.pop()]):
            if isinstance(node, ast.Call):
                called = (_dotted(node.func, {}) or "").removeprefix("self.")
                if called in functions and called not in seen:
                    seen.add(called)
                    waiting.append(called)
            if isinstance(node, _LOOPS):
                loops.append(node.target.lineno if isinstance(node, ast.comprehension) else node.lineno)
            name = _dotted(node, aliases)
            if name is None:
                continue
            names.setdefault(name, getattr(node, "lineno", 0))
            if name in _LOOP_CALLS:
                loops.append(getattr(node, "lineno", 0))
    return Usage(names, tuple(sorted(loops)), _is_stub(functions[function]))


def stubs_in(source: str | bytes) -> list[str]:
    """What is still to be written in `source`, as the lines that raise NotImplementedError name it. Raises
    `SyntaxError` or `ValueError` if it is not Python."""
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef) and _is_stub(n)]
    ends = [function.body[-1] for function in sorted(functions, key=lambda function: function.lineno)]
    texts = [n.value for end in ends for n in ast.walk(end) if isinstance(n, ast.Constant)]
    # Identifiers, and no sentence, as of a method to be overridden.
    return [text for text in texts if isinstance(text, str) and text.isidentifier()]


def _is_stub(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether `function` is as it was handed out. Who returns above the line that raises has only left it there."""
    node = function.body[-1]
    if any(isinstance(inner, ast.Return) for inner in ast.walk(function)):
        return False
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _aliases(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield (
                    name.asname or name.name.partition(".")[0],
                    name.name if name.asname else name.name.partition(".")[0],
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                yield name.asname or name.name, f"{node.module}.{name.name}"


def _dotted(node: ast.AST, aliases: dict[str, str]) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([aliases.get(node.id, node.id), *reversed(parts)])

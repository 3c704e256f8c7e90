"""What a Python module defines at its top level, each definition with all that it uses: read, never run.

Comments, formatting and docstrings are left out. What is executed when the module is imported and is no plain
definition counts as one definition called `<module>`, which belongs to every other.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

#: The name of what runs when a module is imported.
IMPORT = "<module>"
#: Stands for what is filled in, in a text that code puts together.
_HOLE = "\0"
_WORD = re.compile(rf"[\w{_HOLE}]*{_HOLE}[\w{_HOLE}]*|[^\W\d]\w*")
_FILLED_IN = re.compile(r"\{[^{}]*\}|%[-+ #0-9.]*[a-zA-Z]")
#: Functions that can reach what nothing in the source names.
_REFLECTION = {"globals", "locals", "vars", "eval", "exec", "compile", "__import__", "import_module"}
_REFLECTING_ATTRIBUTES = {"import_module", "modules", "__dict__", "__globals__", "__subclasses__", "__builtins__"}
_BY_NAME = {"getattr", "setattr", "delattr", "hasattr"}
#: Asked by name, and who asks mentions the name: what they say themselves reaches nothing.
_ASKED_BY_NAME = {"__getattr__", "__dir__"}

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Uses:
    """What a piece of source uses.

    `names` are pairs of a name and the attribute asked of it ("" if it is used in another way); `words` the attributes
    and the words in strings, by which code may be meant; `patterns` the words that are put together at run time, as
    regular expressions; `anything` says that it may reach everything. `quiet` are names whose own words do not count.
    """

    names: frozenset[tuple[str, str]] = frozenset()
    words: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    anything: bool = False
    quiet: frozenset[str] = frozenset()

    def __or__(self, other: Uses) -> Uses:
        return Uses(
            self.names | other.names,
            self.words | other.words,
            self.patterns | other.patterns,
            self.anything or other.anything,
            self.quiet | other.quiet,
        )


@dataclass(frozen=True)
class Definition:
    """One name that a module binds: its source without docstrings, and what that uses.

    `decorators` are the names that its decorators begin with, each with the text that it is given first, or "".
    """

    source: str
    uses: Uses
    decorators: tuple[tuple[str, str], ...] = ()

    def __or__(self, other: Definition) -> Definition:
        return Definition(
            f"{self.source}\n{other.source}", self.uses | other.uses, (*self.decorators, *other.decorators)
        )


@dataclass
class Module:
    """A module of `name` in `file`; `is_package` where it is an `__init__`.

    `definitions` has the methods of a class beside it, as "Class.method". `imports` maps names to module and name there
    ("" for the module itself); `stars` are modules of which everything is imported, `loads` all that it imports.
    """

    name: str
    file: str
    is_package: bool
    definitions: dict[str, Definition] = field(default_factory=dict)
    imports: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    stars: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)

    @staticmethod
    @functools.cache  # most are the same at two revisions
    def parse(name: str, file: str, content: bytes, is_package: bool = False) -> Module:
        """The module with the source `content`; if that is not Python, all of it is what runs on import."""
        module = Module(name, file, is_package)
        try:
            tree = without_docstrings(ast.parse(content))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            module._add(IMPORT, Definition(repr(content), Uses(anything=True)))
            return module
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                module._import(node)
        module._add(IMPORT, Definition("", Uses()))
        for statement in tree.body:
            module._define(statement)
        return module

    @functools.cached_property
    def methods(self) -> dict[str, list[str]]:
        """Class -> its methods."""
        found: dict[str, list[str]] = {}
        for name in self.definitions:
            owner, _, method = name.partition(".")
            if method:
                found.setdefault(owner, []).append(method)
        return found

    @property
    def sources(self) -> dict[str, str]:
        """The source of each definition."""
        return {name: definition.source for name, definition in self.definitions.items()}

    def _add(self, name: str, definition: Definition) -> None:
        earlier = self.definitions.get(name)
        self.definitions[name] = earlier | definition if earlier else definition

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.loads.add(alias.name)
                self.imports.setdefault(alias.asname or alias.name.partition(".")[0], set()).add((alias.name, ""))
            return
        package = self.name.split(".")
        if node.level:
            package = package[: len(package) - node.level + self.is_package]
        origin = ".".join([*(package if node.level else []), *([node.module] if node.module else [])])
        self.loads.add(origin)
        for alias in node.names:
            if alias.name == "*":
                self.stars.add(origin)
            else:
                self.loads.add(f"{origin}.{alias.name}")  # it may be a module
                self.imports.setdefault(alias.asname or alias.name, set()).add((origin, alias.name))

    def _define(self, node: ast.stmt) -> None:
        """Take in one statement of the top level."""
        if isinstance(node, ast.ImportFrom | ast.Import):
            origin = f"{node.level * '.'}{node.module}" if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                self._add(alias.asname or alias.name, Definition(f"import {origin} {ast.dump(alias)}", Uses()))
        elif isinstance(node, _FUNCTIONS) and node.name in _ASKED_BY_NAME:
            uses = uses_of(node)
            self._add(IMPORT, Definition(ast.dump(node), Uses(quiet=frozenset(name for name, _ in uses.names))))
        elif isinstance(node, _FUNCTIONS):
            self._add(node.name, _definition(node))
            for changed in (name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names):
                self._add(changed, Definition("", Uses(frozenset([(node.name, "")]))))
        elif isinstance(node, ast.ClassDef):
            methods = [part for part in node.body if isinstance(part, _FUNCTIONS)]
            node.body = [part for part in node.body if part not in methods]
            self._add(node.name, _definition(node))
            for method in methods:
                self._add(f"{node.name}.{method.name}", _definition(method))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and (names := _plain_targets(node)):
            definition = _definition(node)
            for name in names:
                self._add(name, definition)
            if names != ["__all__"] and any(isinstance(part, ast.Call) for part in ast.walk(node)):
                self._add(IMPORT, definition)  # what is called may do something besides
        else:
            definition = _definition(node)
            self._add(IMPORT, definition)
            for name in _bound(node):
                self._add(name, definition)


def without_docstrings(tree: ast.Module) -> ast.Module:
    """`tree`, changed in place: no docstrings in it."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, *_FUNCTIONS)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and type(first.value.value) is str:
                node.body = node.body[1:] or [ast.Pass()]
    return tree


def uses_of(tree: ast.AST) -> Uses:
    """What `tree` uses."""
    names: set[tuple[str, str]] = set()
    words: set[str] = set()
    patterns: set[str] = set()
    anything = False
    asked: set[ast.AST] = set()  # the names of which an attribute is asked
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            words.add(node.attr)
            anything |= node.attr in _REFLECTING_ATTRIBUTES
            if isinstance(node.value, ast.Name):
                asked.add(node.value)
                names.add((node.value.id, node.attr))
        elif isinstance(node, ast.Name) and node not in asked:
            names.add((node.id, ""))
            anything |= node.id in _REFLECTION
        elif isinstance(node, ast.alias):
            words.add(node.name)
        elif isinstance(node, ast.Call):
            anything |= _names_anything(node)
        for text in _texts(node):
            for word in _WORD.findall(text):
                if _HOLE not in word:
                    words.add(word)
                elif word.strip(_HOLE):  # what is filled in by itself is a word of somewhere else
                    patterns.add(r"\w*".join(map(re.escape, word.split(_HOLE))))
    return Uses(frozenset(names), frozenset(words), frozenset(patterns), anything)


def _definition(node: ast.stmt) -> Definition:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return Definition(ast.dump(node), uses_of(node), tuple((_root(each), _first_text(each)) for each in decorators))


def _first_text(node: ast.expr) -> str:
    """The text that a call is given first, or ""."""
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        return node.args[0].value if type(node.args[0].value) is str else ""
    return ""


def _root(node: ast.AST) -> str:
    """The name that an expression begins with, or ""."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _plain_targets(node: ast.Assign | ast.AnnAssign) -> list[str]:
    """The names that an assignment binds, if it does nothing else."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    parts = [
        part for target in targets for part in (target.elts if isinstance(target, ast.Tuple | ast.List) else [target])
    ]
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    return names if len(names) == len(parts) else []


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a compound statement may bind."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        elif isinstance(part, (ast.ClassDef, *_FUNCTIONS)):
            yield part.name
        elif isinstance(part, ast.alias):
            yield part.asname or part.name.partition(".")[0]


def _names_anything(call: ast.Call) -> bool:
    """Whether the call asks for an attribute whose name is computed, other than out of texts that are seen."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "join":
        between = call.func.value
        return isinstance(between, ast.Constant) and type(between.value) is str and not between.value.strip("_.")
    if not isinstance(call.func, ast.Name) or call.func.id not in _BY_NAME or len(call.args) < 2:
        return False
    name = call.args[1]
    if isinstance(name, ast.Call):
        return not (isinstance(name.func, ast.Name) and name.func.id == "str")
    return isinstance(name, ast.BinOp) and not any(_texts(name))


def _texts(node: ast.AST) -> Iterable[str]:
    """The texts that `node` itself is or makes, with holes where something is filled in."""
    if isinstance(node, ast.Constant) and type(node.value) is str:
        return (node.value, _FILLED_IN.sub(_HOLE, node.value))
    if isinstance(node, ast.JoinedStr):
        return (_joined(node),)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        text = _joined(node)
        return (text,) if text.strip(_HOLE) else ()
    return ()


def _joined(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and type(node.value) is str:
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_joined, node.values))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined(node.left) + _joined(node.right)
    return _HOLE

"""What the judgement of each item reaches in the course's sources: definitions of checks, of the solution, of the rest.

An item reaches the definition of its check, whatever that uses, and what runs when the modules in question are
imported. Checks talk to the solution by dotted names, and methods are called on objects of any class: so of the
solution everything counts whose name is mentioned, and of a class that is reached each method whose name is. What
judges all items is one whole: everything that `grading` imports, and the sandbox.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..errors import CourseError
from .modules import IMPORT, Definition, Module, Uses
from .wording import Wording, without_wording

#: Packages by the name that imports give them, and where they lie in the course's folder.
PACKAGES = {"autograder": "autograder", "datasets": "datasets", "reference": "solutions/cs231n"}

_SOLUTION = "reference"
_CHECKS = "autograder.checks"
_TOPICS = f"{_CHECKS}.topics"
_MESSAGES = f"{_CHECKS}.messages"
_ITEM = (f"{_CHECKS}.registry", "item")
#: How checks ask for held-out images, and what draws them.
_IMAGES = (f"{_CHECKS}.student", "images")
_HELD_OUT = "autograder.held_out"
#: Where the judging of all items begins. What runs in workers is started by name.
_JUDGING = "autograder.grading"
_WORKERS = "autograder.sandbox"
#: What lies there and is no module may be read by anything.
_DATA = ("autograder/checks", "autograder/sandbox", "datasets", "solutions/cs231n")
#: Imports that do not make all items depend on what they lead to.
_APART = {
    ("autograder.reference", _HELD_OUT),  # for images, which come to a check by `images` and in no other way
    (f"{_CHECKS}.kit", "datasets"),  # in students' notebooks
}

#: Place ("autograder/checks/topics/knn.py: _vote") -> source.
Sources = dict[str, str]
_Node = tuple[str, str]


@dataclass
class Reach:
    """What one item's judgement reaches: `sources` by place, and whether `images` to test models on are among it."""

    sources: Sources = field(default_factory=dict)
    images: bool = False
    words: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)

    def mentions(self, name: str) -> bool:
        """Whether `name` stands in the code, or can be put together there."""
        return name in self.words or any(re.fullmatch(pattern, name) for pattern in self.patterns)

    def add(self, uses: Uses) -> None:
        """Add what a definition mentions."""
        self.words |= uses.words
        self.patterns |= uses.patterns


class Tree:
    """The sources of the course in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self.modules: dict[str, Module] = {}
        self.wording: Wording = {}
        for package, folder in PACKAGES.items():
            for path in sorted((root / folder).rglob("*.py")):
                self._read(package, path.relative_to(root / folder), path)
        if _JUDGING not in self.modules:
            raise CourseError(f"{root} has no autograder/grading.py, so what judges its items cannot be compared")
        self._data = {path.relative_to(root).as_posix(): _hash(path) for path in _data_in(root)}
        workers = [name for name in self.modules if name.startswith(_WORKERS)]
        self._common = self._imported([_JUDGING, *workers], set())
        self._held_out = self._imported([_HELD_OUT], self._common)
        self._checks = dict(self._declared())

    def _read(self, package: str, inside: Path, path: Path) -> None:
        parts = inside.with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join([package, *(parts[:-1] if is_package else parts)])
        content = path.read_bytes()
        if name == _MESSAGES:
            content, self.wording = without_wording(content)
        file = f"{PACKAGES[package]}/{inside.as_posix()}"
        self.modules[name] = Module.parse(name, file, content, is_package)

    @property
    def common(self) -> Sources:
        """What judges every item."""
        return {**self._whole(self._common), **self._data}

    @property
    def held_out(self) -> Sources:
        """What makes the images that trained models are tested on."""
        return self._whole(self._held_out)

    @cached_property
    def common_words(self) -> Reach:
        """What the code that judges every item mentions."""
        reach = Reach()
        for name in self._common - {_MESSAGES}:
            for definition in self.modules[name].definitions.values():
                reach.add(definition.uses)
        return reach

    def reach(self, item: str) -> Reach:
        """What the judgement of `item` reaches; everything, if there is no plain declaration of its check."""
        walk = _Walk(self, self._common)
        if item in self._checks:
            walk.go([self._checks[item]])
        else:
            walk.go_everywhere()
        return walk.reach

    def place(self, module: str, name: str) -> str:
        """Where a definition stands, for people."""
        return f"{self.modules[module].file}: {name}"

    def origins(self, module: str, name: str) -> Iterator[tuple[str, str]]:
        """The module of ours and the name there ("" for all of it) that `name` in `module` is imported from."""
        for origin, part in self.modules[module].imports.get(name, ()):
            if f"{origin}.{part}" in self.modules and part not in self._defined(origin):
                yield f"{origin}.{part}", ""
            elif origin in self.modules:
                yield origin, part

    def _defined(self, module: str) -> dict[str, Definition]:
        return self.modules[module].definitions if module in self.modules else {}

    def _whole(self, modules: Iterable[str]) -> Sources:
        return {
            self.place(module, name): source
            for module in modules
            for name, source in self.modules[module].sources.items()
        }

    def _imported(self, start: Iterable[str], without: set[str]) -> set[str]:
        """The modules that importing those of `start` imports, but those in `without` and the single topics of checks:
        of these, items reach what they use."""
        found: set[str] = set()
        waiting = [name for name in start if name in self.modules]
        while waiting:
            name = waiting.pop()
            if name in found or name in without or name.startswith(f"{_TOPICS}."):
                continue
            found.add(name)
            waiting += [other for other in self.loaded_by(name) if (name, other) not in _APART]
        return found

    def loaded_by(self, module: str) -> Iterator[str]:
        """The modules that are imported with `module`: what it imports, and the packages that it lies in."""
        for name in self.modules[module].loads | {module}:
            parts = name.split(".")
            yield from (parent for n in range(1, len(parts) + 1) if (parent := ".".join(parts[:n])) in self.modules)

    def _declared(self) -> Iterator[tuple[str, _Node]]:
        """Item and definition of each check."""
        for name, module in self.modules.items():
            if name.startswith(f"{_TOPICS}."):
                for function, definition in module.definitions.items():
                    for decorator, item in definition.decorators:
                        if item and _ITEM in self.origins(name, decorator):
                            yield item, (name, function)


def _data_in(root: Path) -> Iterator[Path]:
    for folder in _DATA:
        for path in (root / folder).rglob("*"):
            parts = path.relative_to(root).parts
            hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
            if path.is_file() and not hidden and path.suffix not in (".py", ".typed"):
                yield path


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Walk:
    """Follows what definitions use, beyond the modules in `common`."""

    def __init__(self, tree: Tree, common: set[str]) -> None:
        self.reach = Reach()
        self._tree, self._common = tree, common
        self._seen: set[tuple[_Node, bool]] = set()
        self._waiting: list[tuple[_Node, bool]] = []
        self._everything = False

    def go(self, start: Iterable[_Node]) -> None:
        """Follow `start` to the end."""
        self._waiting += [(node, False) for node in start]
        while self._waiting:
            while self._waiting:
                self._visit(*self._waiting.pop())
            self._waiting += [(node, False) for node in self._mentioned() if (node, False) not in self._seen]

    def go_everywhere(self) -> None:
        """Take in all that there is."""
        if not self._everything:
            self._everything = True
            self.reach.images = True
            self.reach.patterns.add(".*")
            packages = (_CHECKS, _SOLUTION)
            modules = [name for name in self._tree.modules if name.startswith(packages)]
            self.go([(module, name) for module in modules for name in self._tree.modules[module].definitions])

    def _visit(self, node: _Node, quiet: bool) -> None:
        """Take in one definition; its words do not count if `quiet`."""
        module, name = node
        if node == _IMAGES:
            self.reach.images = True
        if module in self._common or (node, quiet) in self._seen or (node, False) in self._seen:
            return
        self._seen.add((node, quiet))
        self._waiting.append(((module, IMPORT), False))
        definition = self._tree.modules[module].definitions.get(name)
        if definition is None:
            return
        self.reach.sources[self._tree.place(module, name)] = definition.source
        if name == IMPORT:
            self._import(module)
        if not quiet:
            self.reach.add(definition.uses)
            if definition.uses.anything:
                self.go_everywhere()
        self._waiting += [(node, quiet) for pair in definition.uses.names for node in self._meant(module, *pair)]
        self._waiting += [(node, True) for name in definition.uses.quiet for node in self._meant(module, name, "")]

    def _import(self, module: str) -> None:
        """Take in what happens besides when `module` is imported."""
        self._waiting += [((other, IMPORT), False) for other in self._tree.loaded_by(module)]
        for name, definition in self._tree.modules[module].definitions.items():
            if any(self._is_ours(module, decorator) for decorator, _ in definition.decorators):
                self._waiting.append(((module, name), False))

    def _is_ours(self, module: str, decorator: str) -> bool:
        """Whether `decorator` is of the course: it may then put what it decorates anywhere."""
        here = self._tree.modules[module]
        if decorator in here.imports:
            return any(origin != _ITEM for origin in self._tree.origins(module, decorator))
        return decorator in here.definitions

    def _meant(self, module: str, name: str, attribute: str) -> Iterator[_Node]:
        """The definitions that `name`, or `name.attribute`, in `module` may stand for."""
        here = self._tree.modules[module]
        if name in here.definitions:
            yield module, name
        elif name not in here.imports:
            for star in here.stars & self._tree.modules.keys():
                yield from self._meant(star, name, attribute)
        for origin, part in self._tree.origins(module, name):
            if part:
                yield from self._named(origin, part)
            elif attribute in self._tree.modules[origin].definitions:
                yield from self._named(origin, attribute)
            else:  # the module itself goes somewhere
                yield from ((origin, name) for name in self._tree.modules[origin].definitions)

    def _named(self, module: str, name: str) -> Iterator[_Node]:
        """What importing `name` from `module` gives, wherever that has it from."""
        yield module, name
        if module not in self._common:
            yield from self._meant(module, name, "")

    def _mentioned(self) -> Iterator[_Node]:
        """Definitions that are meant by a name that was mentioned: of the solution, and methods of classes."""
        for name, module in self._tree.modules.items():
            if name in self._common:
                continue
            for owner, methods in module.methods.items():
                if self._seen & {((name, owner), False), ((name, owner), True)}:
                    for method in methods:
                        if method.startswith("__") or self.reach.mentions(method):
                            yield name, f"{owner}.{method}"
            if name.startswith(_SOLUTION):
                for definition in module.definitions:
                    if definition != IMPORT and "." not in definition and self.reach.mentions(definition):
                        yield name, definition

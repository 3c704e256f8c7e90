"""Carries out requests on a package of course code: the student's, or the reference.

The same class serves in the student's own notebook process and inside the grader's worker, so that a check
cannot tell the two apart. Arrays and numbers go by value; every other object stays here, in `_objects`, and is
known outside by its `HandleId`.
"""

from __future__ import annotations

import contextlib
import importlib
import random
import sys
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.abc import SourceLoader
from pathlib import Path
from types import MethodType, ModuleType
from typing import Any

import numpy as np

from .source import Usage, usage_of
from .values import HandleId, Tree, is_array

MAX_LISTED = 1000


@dataclass(frozen=True)
class Request:
    """One thing to do.

    `op` is "call", "get", "put", "item", "set", "list", "hold" or "usage"; `target` a dotted path into the package or
    the handle of an object ("" for "hold"); `args` and `kwargs` what to hand over (the attribute for "get" and "put",
    the key for "item" and "set", what is to become an object there for "hold").
    """

    op: str
    target: str | HandleId
    args: tuple[Tree, ...] = ()
    kwargs: tuple[tuple[str, Tree], ...] = ()
    seed: int | None = None


@dataclass(frozen=True)
class Reply:
    """What came of it: a tree, and the names of the arguments that the call changed in place."""

    value: Tree
    changed: tuple[str, ...] = ()


class CodeError(Exception):
    """The code that was called failed.

    `kind` is the exception's type name, `text` its message, `line` where in the package's own files it came
    from ("layers.py, line 12"), or "".
    """

    def __init__(self, kind: str, text: str, line: str = "") -> None:
        super().__init__(f"{kind}: {text} ({line})")
        self.kind, self.text, self.line = kind, text, line


class Executor:
    """Executes requests on the package that can be imported as `package`."""

    def __init__(self, package: str, *, restore: bool = True) -> None:
        """`restore`: put the global random generators back after each call, since others in the process use them."""
        self._package, self._restore = package, restore
        self._objects: dict[int, object] = {}

    def execute(self, request: Request) -> Reply:
        """Carry out `request`; raise `CodeError` if the code raises anything at all."""
        try:
            return self._execute(request)
        except CodeError:
            raise
        except BaseException as error:  # students' code may raise SystemExit or KeyboardInterrupt too
            raise CodeError(type(error).__name__[:80], _text(error), self._line(error)) from error

    def _execute(self, request: Request) -> Reply:
        if request.op == "usage":
            module, _, function = str(request.target).rpartition(":")
            with _quiet():
                return Reply(self._usage(module, function).as_tree())
        if request.op == "hold":
            return Reply(self._export(self._argument(request.args[0])))
        with _seeded(request.seed, self._restore):
            with _quiet():  # apart, so that what a module sets when it is imported ends with its import
                target = self._resolve(request.target)
            return self._act(target, request)

    def _act(self, target: Any, request: Request) -> Reply:
        with _quiet():
            if request.op == "call":
                return self._call(target, request)
            if request.op == "get":
                return Reply(self._export(getattr(target, request.args[0])))
            if request.op == "put":
                setattr(target, request.args[0], self._argument(request.args[1]))
                return Reply(None)
            if request.op == "item":
                return Reply(self._export(target[request.args[0]]))
            if request.op == "set":
                target[request.args[0]] = self._argument(request.args[1])
                return Reply(None)
            if request.op == "list":
                return Reply([self._export(part) for part, _ in zip(target, range(MAX_LISTED), strict=False)])
        raise ValueError(f"unknown request {request.op!r}")

    def _call(self, function: Any, request: Request) -> Reply:
        args = [self._argument(value) for value in request.args]
        kwargs = {name: self._argument(value) for name, value in request.kwargs}
        value = function(*args, **kwargs)
        given = [*((f"argument {n}", value) for n, value in enumerate(request.args, 1)), *request.kwargs]
        passed = [*args, *kwargs.values()]
        changed = tuple(
            name
            for (name, before), after in zip(given, passed, strict=True)
            if isinstance(before, np.ndarray) and not _same(before, after)
        )
        return Reply(self._export_result(value), changed)

    def _resolve(self, target: str | HandleId) -> Any:
        if isinstance(target, HandleId):
            return self._objects[target.number]
        parts = target.split(".")
        for length in range(len(parts), 0, -1):
            name = ".".join([self._package, *parts[:length]])
            try:
                found: Any = importlib.import_module(name)
            except ModuleNotFoundError as error:
                if error.name is None or not (name == error.name or name.startswith(error.name + ".")):
                    raise  # the module is there, and something that it imports is not
                continue
            for attribute in parts[length:]:
                found = getattr(found, attribute)
            return found
        raise ModuleNotFoundError(f"no module {'/'.join(parts[:-1])}.py", name=target)

    def _argument(self, value: Tree) -> Any:
        if isinstance(value, HandleId):
            return self._objects[value.number]
        if isinstance(value, np.ndarray):
            return np.array(value, order="K")  # a copy, in the same memory order: the original stays as it was
        if type(value) in (list, tuple):
            return type(value)(self._argument(part) for part in value)
        if type(value) is dict:
            return {key: self._argument(part) for key, part in value.items()}
        return value

    def _export_result(self, value: object) -> Tree:
        if isinstance(value, tuple) and len(value) <= 16:  # `return out, cache`, by name or not
            return tuple(self._export(part) for part in value)
        return self._export(value)

    def _export(self, value: Any) -> Tree:
        if value is None or type(value) in (bool, float, str):
            return value
        if type(value) is int and value.bit_length() <= 1024:
            return value
        if is_array(value):
            # A copy: what the code does to its own array later must not reach the caller, here as in a worker.
            return value if isinstance(value, np.generic) else np.array(value, order="K")
        number = len(self._objects)
        self._objects[number] = value
        name = value.__name__ if isinstance(value, MethodType) else type(value).__name__
        return HandleId(number, name[:80])

    def _usage(self, module: str, function: str) -> Usage:
        found = importlib.import_module(f"{self._package}.{module}")
        try:
            return usage_of(_source(found), function)
        except LookupError:
            return self._usage_elsewhere(found, function)

    def _usage_elsewhere(self, module: ModuleType, function: str) -> Usage:
        """What a function uses that has no `def` of its name in `module`: it is from another module of the package, or
        another name of a function, which then counts as used."""
        target: Any = module
        for part in function.split("."):
            target = getattr(target, part)
        if not callable(target):
            raise LookupError(f"there is no function {function}")
        home = sys.modules.get(getattr(target, "__module__", None) or "")
        if home is None or not home.__name__.startswith(f"{self._package}."):
            return Usage({}, ())
        name = getattr(target, "__qualname__", function)
        try:
            usage = usage_of(_source(home), name)
        except LookupError:
            return Usage({}, ())
        if name != function:
            usage.names.setdefault(name, getattr(getattr(target, "__code__", None), "co_firstlineno", 0))
        return usage

    def _line(self, error: BaseException) -> str:
        if isinstance(error, SyntaxError) and error.filename:
            return f"{Path(error.filename).name}, line {error.lineno}"
        folder = getattr(sys.modules.get(self._package), "__path__", [])
        # `extract_tb` would read the files, and code says itself which file it is from.
        for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
            file = Path(frame.f_code.co_filename)
            if any(file.is_relative_to(part) for part in folder):
                return f"{file.name}, line {line}"
        return ""


class _seeded:
    """Seeds NumPy's and Python's global generators for one call, and puts their states back after it if wanted.

    The course's public API has functions that draw from the global generator and take none of their own
    (`TwoLayerNet.__init__`), so that a repeatable grade needs this.
    """

    def __init__(self, seed: int | None, restore: bool) -> None:
        self._seed, self._restore = seed, restore and seed is not None

    def __enter__(self) -> None:
        if self._restore:
            self._states = np.random.get_state(), random.getstate()
        if self._seed is not None:
            np.random.seed(self._seed)
            random.seed(self._seed)

    def __exit__(self, *_: object) -> None:
        if self._restore:
            np.random.set_state(self._states[0])
            random.setstate(self._states[1])


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Whether warnings are shown, or raised, is a setting of the student's notebook or module: no part of an answer."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _source(module: ModuleType) -> bytes:
    """The text of `module`, wherever it was imported from: a file, or the grader's memory."""
    loader, file = module.__loader__, module.__file__
    if not isinstance(loader, SourceLoader) or file is None:
        raise LookupError(f"{module.__name__} is not Python source")
    return loader.get_data(file)


def _same(before: np.ndarray, after: object) -> bool:
    return (
        isinstance(after, np.ndarray)
        and before.shape == after.shape
        and before.dtype == after.dtype
        and (bool(np.all(before == after)) or before.tobytes() == after.tobytes())  # the bytes, where there are NaN
    )


def _text(error: BaseException) -> str:
    try:
        return str(error)[:300]
    except BaseException:  # a hostile __str__
        return ""

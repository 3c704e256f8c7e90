"""How a check talks to code: the same few gestures for the student's code and for the reference.

    out, cache = student.layers.affine_forward(x, w, b)   # arrays by value, the cache as a Handle
    model = student.classifiers.fc_net.TwoLayerNet(hidden_dim=5)
    model.params["W1"] = w                                # items and attributes of handles can be read and set
    loss, grads = model.loss(x, y)

Behind a `Code` stands a session, which carries requests to the code: in this process (`LocalSession`), from a
recording (`answers.ReplaySession`) or in a worker process (the grader's).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from .executor import CodeError, Executor, Reply, Request
from .messages import say
from .values import Array, HandleId, Tree

#: Bounds on what `plain` gathers: results of functions that were given some dozens of examples.
PLAIN_DEPTH, PLAIN_PARTS, PLAIN_BYTES = 8, 4096, 64 << 20


class Session(Protocol):
    """Carries requests to code and brings the replies."""

    def request(self, request: Request) -> Reply:
        """Carry out `request`; raise `CodeError` if the code raises, `WorkerFault` if its process ends."""
        ...


class LocalSession:
    """Carries requests out in this process."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def request(self, request: Request) -> Reply:
        """Carry out `request` here."""
        return self._executor.execute(request)


class WrongResult(CodeError):
    """What came is nothing that a check can go on with; the check says so itself, and not the code.

    `sentence` is the key of the sentence, `parts` are what fills it in.
    """

    def __init__(self, sentence: str, **parts: Any) -> None:
        super().__init__("wrong result", say(sentence, **parts))
        self.sentence, self.parts = sentence, parts


class Code:
    """A package of course code; attribute access builds dotted paths, calling calls.

    What else a check may ask for are the functions below: `attribute`, `call`, `hold`, `other_draws`, `changes_of`,
    `saved`, `images`, `usage`. They are no methods, so that every name is free for the package's own modules.
    """

    def __init__(
        self,
        session: Session,
        *,
        seed: int | None = None,
        saved: Callable[[str], dict[str, Array]] | None = None,
        images: Callable[[str], tuple[Array, Array]] | None = None,
        live: bool = True,
    ) -> None:
        self._session = session
        self._seed = None if seed is None else _seed_of_calls(seed)
        self._saved = saved
        self._images = images
        self._live = live
        self._changes: list[str] = []
        self._heard = False

    def __getattr__(self, name: str) -> Path:
        if name.startswith("_"):
            raise AttributeError(name)
        return Path(self, name)

    def _request(self, op: str, target: str | HandleId, *args: Tree, **kwargs: Tree) -> Any:
        plain = tuple(_lower(value) for value in args)
        named = tuple((name, _lower(value)) for name, value in kwargs.items())
        seed = self._seed if op == "call" else None
        try:
            reply = self._session.request(Request(op, target, plain, named, seed))
        except MemoryError:  # there was no room for its reply
            self._heard = True
            raise
        self._heard = True
        where = target if isinstance(target, str) else target.type_name
        self._changes.extend(f"{where.rpartition('.')[2]}: {name}" for name in reply.changed)
        return self._raise(reply.value)

    def _raise(self, value: Tree) -> Any:
        if isinstance(value, HandleId):
            return Handle(self, value)
        if type(value) in (tuple, list):
            return type(value)(self._raise(part) for part in value)
        return value


class Path:
    """A dotted path into a package of code."""

    def __init__(self, code: Code, dotted: str) -> None:
        self._code, self._dotted = code, dotted

    def __getattr__(self, name: str) -> Path:
        if name.startswith("_"):
            raise AttributeError(name)
        return Path(self._code, f"{self._dotted}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._code._request("call", self._dotted, *args, **kwargs)


class Handle:
    """An object that stays with the code: passed back, called, indexed, asked for attributes."""

    _code: Code
    _id: HandleId

    def __init__(self, code: Code, handle: HandleId) -> None:
        self.__dict__.update(_code=code, _id=handle)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._code._request("get", self._id, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._code._request("put", self._id, name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._code._request("call", self._id, *args, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        return self._code._request("item", self._id, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._code._request("set", self._id, key, value)

    def __iter__(self) -> Iterator[Any]:
        parts = self._code._request("list", self._id)
        if type(parts) is not list:
            raise WrongResult("no_list", got=self._id.type_name)
        return iter(parts)

    def __repr__(self) -> str:
        return f"<{self._id.type_name} of the code under test>"


def attribute(code: Code, path: str) -> Any:
    """What stands at the dotted `path`: of a function, a handle that can be handed to another one."""
    target, _, name = path.rpartition(".")
    return code._request("get", target, name)


def hold(code: Code, value: dict[str, Any]) -> Handle:
    """A dict like `value` that stays with the code: what functions that are given it write into it can be read."""
    return an_object(code._request("hold", "", value), "The dict", "a dict")


def an_object(value: Any, name: str, expected: str = "an object") -> Handle:
    """`value`, if it is something that stays with the code; else raise `WrongResult`: `name` should be `expected`."""
    if not isinstance(value, Handle):
        raise WrongResult("type", name=name, expected=expected, got=type(value).__name__)
    return value


def call(value: Any, method: str, *args: Any, **kwargs: Any) -> Any:
    """What `value.method(*args, **kwargs)` gives; raise `WrongResult` if `value` is no object, `CodeError` if the
    object has no such method."""
    target = getattr(an_object(value, "The model"), method)
    return an_object(target, method, "a method")(*args, **kwargs)


@contextmanager
def other_draws(code: Code, number: int) -> Iterator[None]:
    """Calls in the block find the global random generators at another place, one for each `number`.

    Otherwise they are at the same place when each call begins, so that random numbers repeat from call to call.
    """
    before = code._seed
    code._seed = None if before is None else _seed_of_calls((before << 32) + number)
    try:
        yield
    finally:
        code._seed = before


def plain(value: Any) -> Any:
    """`value`, but a list or tuple of numbers, or of equally long rows of them, as an array.

    Lists are looked into `PLAIN_DEPTH` deep: one may hold itself. Each may be small, and many of them large: beyond
    `PLAIN_BYTES` or `PLAIN_PARTS` in all, `value` stays what it is.
    """
    try:
        return _gathered(value, PLAIN_DEPTH, _Room())
    except _NoRoom:
        return value


class _NoRoom(Exception):
    """More was gathered than may be."""


class _Room:
    """What may still be gathered."""

    def __init__(self) -> None:
        self._parts, self._bytes = PLAIN_PARTS, PLAIN_BYTES

    def take(self, parts: int, size: int) -> None:
        """Take up room for so many more parts and bytes; raise `_NoRoom` where there is none."""
        self._parts -= parts
        self._bytes -= size
        if self._parts < 0 or self._bytes < 0:
            raise _NoRoom


def _gathered(value: Any, depth: int, room: _Room) -> Any:
    if not depth or not (
        type(value) is tuple or isinstance(value, Handle) and value._id.type_name in ("list", "tuple")
    ):
        return value
    parts = []
    for part in value:
        room.take(1, part.nbytes if isinstance(part, np.ndarray) else 8)
        parts.append(_gathered(part, depth - 1, room))
    if not all(isinstance(part, int | float | np.generic | np.ndarray) for part in parts):
        return value
    if len({np.shape(part) for part in parts}) > 1:
        return value
    if parts:  # one complex number makes all of them complex
        dtype = np.result_type(*{np.asarray(part).dtype for part in parts})
        room.take(0, len(parts) * np.size(parts[0]) * dtype.itemsize)
    return np.array(parts)


def changes_of(code: Code) -> list[str]:
    """The in-place changes to arguments seen so far."""
    return code._changes


def was_heard(code: Code) -> bool:
    """Whether any value of the code's has come: what fails before that is not its doing."""
    return code._heard


def is_live(code: Code) -> bool:
    """Whether `code` answers any request, as opposed to replaying a recording."""
    return code._live


def saved(code: Code, name: str) -> dict[str, Array]:
    """The arrays of `saved/<name>` in the folder of `code`; raise `CodeError` where it cannot be read."""
    code._heard = True
    if code._saved is None:
        raise CodeError("FileNotFoundError", f"there is no saved/{name}")
    return code._saved(name)


def images(code: Code, dataset: str) -> tuple[Array, Array]:
    """Labelled images `(X, y)` of `dataset` that judge a trained model: X (n, 32, 32, 3) uint8, y (n,) int64."""
    if code._images is None:
        raise LookupError("no images here")
    return code._images(dataset)


def usage(code: Code, module: str, function: str) -> dict[str, Any]:
    """What the source of `function` in `module` uses, as `source.Usage.as_tree` gives it."""
    found = code._request("usage", f"{module}:{function}")
    if type(found) is not dict or set(found) != {"names", "loops", "stub"}:
        raise WrongResult("no_usage")
    names, loops = found["names"], found["loops"]
    if type(names) is not dict or type(loops) is not list or type(found["stub"]) is not bool:
        raise WrongResult("no_usage")
    if not all(type(line) is int for line in (*names.values(), *loops)):
        raise WrongResult("no_usage")
    return found


def _seed_of_calls(seed: int) -> int:
    """The seed of the code's own random numbers. The case's seed stays here: a copy of the check could draw the
    inputs of all items from it."""
    return int.from_bytes(hashlib.sha256(f"calls/{seed}".encode()).digest()[:4], "little")


def _lower(value: Any) -> Tree:
    if isinstance(value, Handle):
        return value._id
    if isinstance(value, list | tuple):
        return type(value)(_lower(part) for part in value)
    if isinstance(value, dict):
        return {key: _lower(part) for key, part in value.items()}
    return value

"""What may pass between a check and the code that it calls, as plain data.

A *tree* is None, a bool, int, float, str, a NumPy array or scalar of numbers, a `HandleId`, or a tuple,
list or dict (with str keys) of trees. `pack` splits a tree into JSON and a list of arrays; `unpack` puts
it together again and believes nothing: it is what reads a hostile worker's replies. Pickle is used nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Tree: TypeAlias = Any
Json: TypeAlias = Any

#: Booleans, signed and unsigned integers, floats and complex numbers, little-endian.
DTYPES = frozenset(
    ["|b1", "|i1", "|u1", "<i2", "<i4", "<i8", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"],
)
MAX_DIMENSIONS = 16
MAX_NODES = 20_000
MAX_DEPTH = 50
MAX_BITS = 1024
MAX_DIGITS = 320  # of an integer of so many bits, and far more than `float.hex` writes
MAX_TYPE_NAME = 80


class ValuesError(ValueError):
    """A packed tree is malformed."""


@dataclass(frozen=True)
class HandleId:
    """Names an object that stays with the student's code."""

    number: int
    type_name: str


def is_array(value: object) -> bool:
    """Whether `value` is an array or scalar of numbers that travels by value."""
    if not isinstance(value, np.ndarray | np.generic):
        return False
    dtype = value.dtype
    return dtype.newbyteorder("<").str in DTYPES and value.ndim <= MAX_DIMENSIONS


def is_text(value: object) -> bool:
    """Whether `value` is a str that every file and terminal can take: without halves of surrogate pairs."""
    if type(value) is not str:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def pack(tree: Tree) -> tuple[Json, list[Array]]:
    """Split `tree` into JSON-ready data and arrays.

    Returns `(data, arrays)`, where each array in the tree has become a reference into `arrays`, in the order
    in which the tree is written. Raises `ValuesError` for a value that is no tree, or too large a one.
    """
    arrays: list[Array] = []
    count = _Count()

    def visit(node: Tree, depth: int) -> Json:
        count.add(depth)
        if node is None or type(node) is bool or is_text(node):
            return node
        if type(node) is int:
            if node.bit_length() > MAX_BITS:
                raise ValuesError(f"expected an integer of at most {MAX_BITS} bits")
            return {"int": str(node)}
        if type(node) is float:
            return {"float": node.hex()}
        if is_array(node):
            scalar = isinstance(node, np.generic)
            arrays.append(np.asarray(node))
            return {"scalar" if scalar else "array": len(arrays) - 1}
        if isinstance(node, HandleId):
            name = node.type_name.encode("utf-8", "replace").decode()[:MAX_TYPE_NAME]
            return {"handle": [node.number, name]}
        if type(node) is tuple:
            return {"tuple": [visit(part, depth + 1) for part in node]}
        if type(node) is list:
            return {"list": [visit(part, depth + 1) for part in node]}
        if type(node) is dict and all(map(is_text, node)):
            return {"dict": [[key, visit(part, depth + 1)] for key, part in node.items()]}
        if type(node) in (str, dict):
            where = "in a string" if type(node) is str else "as keys of a dict"
            raise ValuesError(f"expected text, without halves of surrogate pairs, {where}")
        raise ValuesError(f"expected numbers, strings, arrays or containers of them, got {type(node).__name__[:80]}")

    return visit(tree, 0), arrays


def unpack(data: Json, arrays: list[Array]) -> Tree:
    """Put a tree that `pack` took apart together again; raise `ValuesError` for anything else.

    Each array must be named once and in order: a tree then never stands for more bytes than were sent.
    """
    count = _Count()
    waiting = iter(range(len(arrays)))

    def visit(node: Json, depth: int) -> Tree:
        count.add(depth)
        if node is None or type(node) is bool or is_text(node):
            return node
        if type(node) is not dict or len(node) != 1:
            raise ValuesError("expected a tagged value")
        ((tag, body),) = node.items()
        if tag == "int" and type(body) is str and len(body) <= MAX_DIGITS:
            return _int(body)
        if tag == "float" and type(body) is str and len(body) <= MAX_DIGITS:
            return _float(body)
        if tag in ("array", "scalar") and type(body) is int and body == next(waiting, None):
            if tag == "array":
                return arrays[body]
            if arrays[body].ndim == 0:
                return arrays[body][()]
        if tag == "handle" and type(body) is list and len(body) == 2:
            number, name = body
            if type(number) is int and 0 <= number < 1 << 63 and is_text(name) and len(name) <= MAX_TYPE_NAME:
                return HandleId(number, name)
        if tag in ("tuple", "list") and type(body) is list:
            parts = [visit(part, depth + 1) for part in body]
            return tuple(parts) if tag == "tuple" else parts
        if tag == "dict" and type(body) is list:
            pairs = {_key(pair): visit(pair[1], depth + 1) for pair in body}
            if len(pairs) == len(body):
                return pairs
        raise ValuesError("a value is malformed")

    tree = visit(data, 0)
    if next(waiting, None) is not None:
        raise ValuesError("an array is named nowhere")
    return tree


class _Count:
    """Counts the values of a tree, up to a bound."""

    def __init__(self) -> None:
        self._nodes = 0

    def add(self, depth: int) -> None:
        """Count one more at `depth`; raise `ValuesError` beyond the bounds."""
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise ValuesError("too many or too deeply nested values")


def _int(digits: str) -> int:
    try:
        value = int(digits)
    except ValueError:
        raise ValuesError("an integer is malformed") from None
    if str(value) != digits or value.bit_length() > MAX_BITS:  # int() takes spaces, underscores and other scripts too
        raise ValuesError("an integer is malformed")
    return value


def _float(digits: str) -> float:
    try:
        value = float.fromhex(digits)
    except (ValueError, OverflowError):
        raise ValuesError("a float is malformed") from None
    if value.hex() != digits:
        raise ValuesError("a float is malformed")
    return value


def _key(pair: Json) -> str:
    if type(pair) is not list or len(pair) != 2 or not is_text(pair[0]):
        raise ValuesError("a dict is malformed")
    key: str = pair[0]
    return key

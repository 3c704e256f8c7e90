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


def pack(tree: Tree) -> tuple[Json, list[Array]]:
    """Split `tree` into JSON-ready data and arrays.

    Returns `(data, arrays)`, where each array in the tree has become a reference into `arrays`.
    Raises `ValuesError` for a value that is no tree.
    """
    arrays: list[Array] = []

    def visit(node: Tree) -> Json:
        if node is None or type(node) in (bool, str):
            return node
        if type(node) is int:
            if node.bit_length() > 1024:
                raise ValuesError("expected an integer of at most 1024 bits")
            return {"int": str(node)}
        if type(node) is float:
            return {"float": node.hex()}
        if is_array(node):
            scalar = isinstance(node, np.generic)
            arrays.append(np.asarray(node))
            return {"scalar" if scalar else "array": len(arrays) - 1}
        if isinstance(node, HandleId):
            return {"handle": [node.number, node.type_name[:MAX_TYPE_NAME]]}
        if type(node) is tuple:
            return {"tuple": [visit(part) for part in node]}
        if type(node) is list:
            return {"list": [visit(part) for part in node]}
        if type(node) is dict and all(type(key) is str for key in node):
            return {"dict": [[key, visit(part)] for key, part in node.items()]}
        raise ValuesError(f"expected numbers, strings, arrays or containers of them, got {type(node).__name__}")

    return visit(tree), arrays


def unpack(data: Json, arrays: list[Array]) -> Tree:
    """Put a tree that `pack` took apart together again; raise `ValuesError` for anything else."""
    nodes = 0

    def visit(node: Json, depth: int) -> Tree:
        nonlocal nodes
        nodes += 1
        if nodes > MAX_NODES or depth > 50:
            raise ValuesError("too many or too deeply nested values")
        if node is None or type(node) in (bool, str):
            return node
        if type(node) is not dict or len(node) != 1:
            raise ValuesError("expected a tagged value")
        ((tag, body),) = node.items()
        if tag == "int" and type(body) is str and len(body) <= 320:
            return int(body)
        if tag == "float" and type(body) is str and len(body) <= 40:
            return float.fromhex(body)
        if tag in ("array", "scalar") and type(body) is int and 0 <= body < len(arrays):
            return arrays[body] if tag == "array" else arrays[body][()]
        if tag == "handle" and type(body) is list and len(body) == 2:
            number, type_name = body
            if type(number) is int and type(type_name) is str and len(type_name) <= MAX_TYPE_NAME:
                return HandleId(number, type_name)
        if tag in ("tuple", "list") and type(body) is list:
            parts = [visit(part, depth + 1) for part in body]
            return tuple(parts) if tag == "tuple" else parts
        if tag == "dict" and type(body) is list:
            return {_key(pair): visit(pair[1], depth + 1) for pair in body}
        raise ValuesError(f"malformed {str(tag)[:20]!r} value")

    try:
        return visit(data, 0)
    except (ValueError, OverflowError) as error:
        raise ValuesError(str(error)) from None


def _key(pair: Json) -> str:
    if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not str:
        raise ValuesError("malformed dict")
    return pair[0]

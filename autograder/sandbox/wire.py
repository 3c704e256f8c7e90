"""Frames between grader and worker: `MAGIC | u32 header length | u64 payload length | JSON header | array bytes`.

No pickle. The header is an object with a packed tree (`checks.values`) and one entry for each array: dtype, shape,
memory order and offset in the payload. A reader bounds both lengths before it allocates anything, and every
array must lie inside the payload.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from ..checks.values import DTYPES, MAX_DIMENSIONS, Array, Tree, ValuesError, pack, unpack

MAGIC = b"CSK1"
PREFIX = struct.Struct("<4sIQ")
MAX_HEADER = 1 << 20
MAX_ARRAYS = 4096


class WireError(Exception):
    """The peer broke the protocol."""


def encode(head: dict[str, Any], tree: Tree) -> bytes:
    """One frame with the fields of `head` (JSON values) and `tree`; raise `ValuesError` if it is no tree."""
    body, arrays = pack(tree)
    entries, chunks, offset = [], [], 0
    for array in arrays:
        order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        data = little.tobytes(order=order)  # type: ignore[arg-type]
        entries.append([little.dtype.str, list(array.shape), order, offset])
        chunks.append(data)
        offset += len(data)
    header = json.dumps({**head, "tree": body, "arrays": entries}, separators=(",", ":")).encode()
    if len(header) > MAX_HEADER:
        raise ValuesError("too many values for one frame")
    return b"".join([PREFIX.pack(MAGIC, len(header), offset), header, *chunks])


def lengths(prefix: bytes, max_payload: int) -> tuple[int, int]:
    """Header and payload length from a frame's first `PREFIX.size` bytes; raise `WireError` beyond the bounds."""
    magic, header, payload = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise WireError("not a frame")
    if header > MAX_HEADER or payload > max_payload:
        raise WireError(f"a frame of {header} + {payload} bytes is too large")
    return header, payload


def decode(header: bytes, payload: bytes | bytearray) -> tuple[dict[str, Any], Tree]:
    """The fields and the tree of a frame; arrays are views of `payload`. Raise `WireError` for malformed ones."""
    try:
        head = json.loads(header)
        if type(head) is not dict or type(entries := head.pop("arrays")) is not list or len(entries) > MAX_ARRAYS:
            raise WireError("malformed header")
        arrays = [_array(entry, payload) for entry in entries]
        return head, unpack(head.pop("tree"), arrays)
    except WireError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WireError(f"malformed header: {type(error).__name__}") from None


def _array(entry: Any, payload: bytes | bytearray) -> Array:
    if type(entry) is not list or len(entry) != 4:
        raise WireError("malformed array entry")
    dtype, shape, order, offset = entry
    if type(dtype) is not str or dtype not in DTYPES or order not in ("C", "F"):
        raise WireError("malformed array entry")
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS or not all(map(_is_length, shape)):
        raise WireError("malformed array shape")
    count = math.prod(shape)
    if not _is_length(offset) or offset + count * np.dtype(dtype).itemsize > len(payload):
        raise WireError("an array lies outside its frame")
    flat = np.frombuffer(payload, dtype, count, offset) if count else np.empty(0, dtype)
    return flat.reshape(shape, order=order)


def _is_length(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 40


def read(receive: Callable[[int], bytes], max_payload: int) -> tuple[dict[str, Any], Tree]:
    """Read one frame with `receive(n)`, which returns exactly n bytes."""
    header, payload = lengths(receive(PREFIX.size), max_payload)
    return decode(receive(header), receive(payload))

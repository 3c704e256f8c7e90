"""Frames between grader and worker: `MAGIC | u32 header length | u64 payload length | JSON header | array bytes`.

    encode(head, tree) -> buffers      the frame as a list of memoryviews: prefix and header, then the arrays
    send(write, buffers)               write(list of buffers) -> bytes written: `sock.sendmsg`, or
                                       `functools.partial(os.writev, fd)`; called until all is written
    read(receive_into, max_payload)    -> (head, tree); receive_into(view) fills the whole view or raises

No pickle. `head` has the fields of the protocol: each is None, a bool, an integer of 64 bits, a string or a list of
these. `tree` is what `checks.values` allows: its strings and numbers stand in the header, its arrays in the payload.

`encode` copies no array that lies in one piece in memory, so an array must not change before its frame is sent. `read`
receives the payload into one piece of memory, and the arrays that it returns are views of it: no two of them overlap,
and they can be written to.

The reader believes nothing. Lengths are bounded before anything is allocated, the header is read and every array's
place is known before the payload is, and all that a malformed frame can do is raise `WireError`. Arrays lie one behind
the other in the order in which the tree names them, each once, so that a frame never stands for more bytes than
it has; the number of JSON values is bounded before JSON is parsed, because an empty list is 2 bytes in a
header and 64 in memory.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..checks.values import DTYPES, MAX_DIMENSIONS, Array, Json, Tree, ValuesError, is_text, pack, unpack

MAGIC = b"CSK2"
PREFIX = struct.Struct("<4sIQ")
MAX_HEADER = 1 << 20
MAX_ARRAYS = 4096
#: JSON values in one header, all told: counted as brackets, braces and commas, those inside strings too.
MAX_MARKS = 50_000
MAX_FIELDS = 32
#: Where an array starts in the payload: every element of every dtype is aligned.
ALIGNMENT = 16
#: Buffers (far below IOV_MAX) and bytes handed to one `write`.
MAX_BUFFERS = 64
MAX_WRITE = 4 << 20
#: The other dimensions of an array without elements: sums over it must not become huge either.
MAX_EMPTY = 1 << 20

_PADDING = memoryview(bytes(ALIGNMENT))


class WireError(Exception):
    """The peer broke the protocol."""


def encode(head: dict[str, Any], tree: Tree) -> list[memoryview]:
    """One frame with the fields of `head` and `tree`, in pieces; raise `ValuesError` if `tree` is none or too large.

    In the fields, what UTF-8 cannot carry becomes a question mark.
    """
    body, arrays = pack(tree)
    entries: list[Json] = []
    pieces: list[memoryview] = []
    length = 0
    for array in arrays:
        if not _is_shape(array.shape):
            raise ValuesError(f"expected an array of a smaller shape than {array.shape}")
        order, flat = _flatten(array)
        entries.append([flat.dtype.str, list(array.shape), order])
        if flat.nbytes:
            padding = -flat.nbytes % ALIGNMENT
            pieces.append(flat.view(np.uint8).data)
            if padding:
                pieces.append(_PADDING[:padding])
            length += flat.nbytes + padding
    header = _ENCODER.encode({**head, "tree": body, "arrays": entries}).encode("utf-8", "replace")
    if len(header) > MAX_HEADER or len(arrays) > MAX_ARRAYS or _marks(header) > MAX_MARKS:
        raise ValuesError("too many values for one frame")
    return [memoryview(PREFIX.pack(MAGIC, len(header), length) + header), *pieces]


def send(write: Callable[[list[memoryview]], int], buffers: Sequence[memoryview]) -> None:
    """Write all `buffers`. `write` may write a part and returns how many bytes it wrote, more than 0."""
    first, start = 0, 0
    while first < len(buffers):
        batch: list[memoryview] = []
        room = MAX_WRITE
        for number in range(first, min(first + MAX_BUFFERS, len(buffers))):
            part = buffers[number][start if number == first else 0 :][:room]
            batch.append(part)
            room -= len(part)
            if not room:
                break
        start += write(batch)
        while first < len(buffers) and start >= len(buffers[first]):
            start -= len(buffers[first])
            first += 1


def read(receive_into: Callable[[memoryview], None], max_payload: int) -> tuple[dict[str, Any], Tree]:
    """The fields and the tree of the next frame; raise `WireError` if it is malformed or its arrays are larger than
    `max_payload` bytes, and whatever `receive_into` raises."""
    prefix = bytearray(PREFIX.size)
    receive_into(memoryview(prefix))
    header_length, payload_length = lengths(prefix, max_payload)
    header = bytearray(header_length)
    receive_into(memoryview(header))
    head, body, entries = _parse(header, payload_length)
    payload = np.empty(payload_length, np.uint8)  # memory that nothing was sent for is never touched
    if payload_length:
        receive_into(payload.data)
    return head, _tree(body, entries, payload)


def lengths(prefix: bytes | bytearray, max_payload: int) -> tuple[int, int]:
    """Header and payload length from a frame's first `PREFIX.size` bytes; raise `WireError` beyond the bounds."""
    magic, header, payload = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise WireError("it sent something that is no frame")
    if header > MAX_HEADER or payload > max_payload:
        raise WireError(f"it sent a frame of {header} + {payload} bytes, which is too large")
    return header, payload


def decode(header: bytes | bytearray, payload: bytes | bytearray) -> tuple[dict[str, Any], Tree]:
    """The fields and the tree of a frame that was received; raise `WireError` for a malformed one."""
    head, body, entries = _parse(header, len(payload))
    return head, _tree(body, entries, np.frombuffer(payload, np.uint8))


def _flatten(array: Array) -> tuple[str, Array]:
    """The memory order of `array` and its elements in that order, little-endian: a view where that can be."""
    order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    little = array.astype(array.dtype.newbyteorder("<"), order="K", copy=False)
    return order, np.ascontiguousarray(little.T if order == "F" else little).reshape(-1)


def _parse(header: bytes | bytearray, payload_length: int) -> tuple[dict[str, Any], Json, list[_Entry]]:
    """Fields, packed tree and the arrays' places, which fill a payload of `payload_length` bytes exactly."""
    if _marks(header) > MAX_MARKS:
        raise WireError("its header holds too many values")
    try:
        head = _DECODER.decode(header.decode())
    except (ValueError, RecursionError):
        raise WireError("its header is no JSON") from None
    if type(head) is not dict or "tree" not in head or type(entries := head.pop("arrays", None)) is not list:
        raise WireError("its header is malformed")
    body = head.pop("tree")
    if len(head) > MAX_FIELDS or not all(is_text(name) and _is_field(value) for name, value in head.items()):
        raise WireError("its header has a malformed field")
    if len(entries) > MAX_ARRAYS:
        raise WireError("it sent too many arrays")
    places, offset = [], 0
    for entry in entries:
        place = _Entry(entry, offset)
        places.append(place)
        offset = place.end
    if offset != payload_length:
        raise WireError("its arrays do not fill the frame")
    return head, body, places


class _Entry:
    """Where one array lies in the payload."""

    def __init__(self, entry: Json, offset: int) -> None:
        if type(entry) is not list or len(entry) != 3:
            raise WireError("it sent a malformed array")
        dtype, shape, order = entry
        if type(dtype) is not str or dtype not in DTYPES or type(order) is not str or order not in ("C", "F"):
            raise WireError("it sent a malformed array")
        if type(shape) is not list or not all(map(_is_length, shape)) or not _is_shape(shape):
            raise WireError("it sent an array of a malformed shape")
        self._dtype, self._shape, self._order, self._offset = dtype, shape, order, offset
        self._count = math.prod(shape)
        size = self._count * np.dtype(dtype).itemsize
        self.end = offset + size + -size % ALIGNMENT

    def view(self, payload: Array) -> Array:
        """The array, as a view of `payload`."""
        if not self._count:
            return np.empty(self._shape, self._dtype)
        flat = np.frombuffer(payload, self._dtype, self._count, self._offset)
        if self._dtype == "|b1" and flat.view(np.uint8).max() > 1:  # NumPy's own answers on such are anything
            raise WireError("it sent booleans that are neither true nor false")
        return flat.reshape(self._shape, order=self._order)  # type: ignore[call-overload, no-any-return]


def _tree(body: Json, entries: list[_Entry], payload: Array) -> Tree:
    arrays = [entry.view(payload) for entry in entries]
    try:
        return unpack(body, arrays)
    except ValuesError as error:
        raise WireError(f"it sent malformed values: {error}") from None


def _marks(header: bytes | bytearray) -> int:
    """At least the number of values in a JSON text."""
    return header.count(b"[") + header.count(b"{") + header.count(b",") + 1


def _is_field(value: Json) -> bool:
    if type(value) is list:
        return all(type(part) is not list and _is_field(part) for part in value)
    if type(value) is str:
        return is_text(value)
    return value is None or type(value) is bool or (type(value) is int and -(1 << 63) <= value < 1 << 63)


def _is_length(value: Json) -> bool:
    return type(value) is int and 0 <= value < 1 << 40


def _is_shape(shape: Sequence[int]) -> bool:
    return len(shape) <= MAX_DIMENSIONS and (0 not in shape or math.prod(filter(None, shape)) <= MAX_EMPTY)


def _integer(digits: str) -> int:
    if len(digits) > 20:  # 64 bits and a sign; the work of `int` grows with the square of the digits
        raise ValueError("expected an integer of 64 bits")
    return int(digits)


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_DECODER = json.JSONDecoder(parse_int=_integer)

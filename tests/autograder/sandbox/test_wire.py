"""Frames: what goes in comes out, and whatever else comes out raises nothing but WireError."""

import json

import numpy as np
import pytest

from autograder.checks.values import HandleId, ValuesError
from autograder.sandbox import wire


def through(tree, head=None):
    frame = wire.encode(head or {}, tree)
    position = 0

    def receive(count):
        nonlocal position
        part = frame[position : position + count]
        position += count
        return part

    result = wire.read(receive, 1 << 20)
    assert position == len(frame)
    return result


@pytest.mark.parametrize(
    "tree",
    [
        None,
        True,
        "text",
        -(10**40),
        0.1,
        float("inf"),
        (1, [2.5, "x"], {"a": None}),
        HandleId(3, "tuple"),
    ],
)
def test_plain_values(tree):
    assert through(tree)[1] == tree


def test_nan_stays_nan():
    assert np.isnan(through(float("nan"))[1])


@pytest.mark.parametrize("dtype", ["f4", "f8", "i8", "u1", "?", ">f8", "c16"])
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (4, 5), (2, 3, 4)])
def test_arrays(dtype, shape):
    array = np.random.RandomState(0).randint(0, 2, shape).astype(dtype)
    result = through(array)[1]
    assert result.shape == array.shape
    assert result.dtype == array.dtype.newbyteorder("<")
    assert np.array_equal(result, array)


def test_memory_order_travels():
    array = np.arange(12.0).reshape(3, 4)
    assert through(array.T)[1].flags.f_contiguous
    assert np.array_equal(through(array.T)[1], array.T)
    assert np.array_equal(through(array[:, ::2])[1], array[:, ::2])


def test_what_is_no_tree_is_refused():
    for value in (object(), {1: 2}, np.array([object()]), np.zeros(3, "M8[s]"), {1}):
        with pytest.raises(ValuesError):
            wire.encode({}, value)


def test_bounds_come_before_allocation():
    with pytest.raises(wire.WireError, match="too large"):
        wire.lengths(wire.PREFIX.pack(wire.MAGIC, 1 << 31, 0), 1 << 20)
    with pytest.raises(wire.WireError, match="too large"):
        wire.lengths(wire.PREFIX.pack(wire.MAGIC, 10, 1 << 40), 1 << 20)
    with pytest.raises(wire.WireError, match="not a frame"):
        wire.lengths(wire.PREFIX.pack(b"HTTP", 10, 10), 1 << 20)


@pytest.mark.parametrize(
    "entry",
    [
        ["|O8", [1], "C", 0],
        ["<f8", [1 << 50], "C", 0],
        ["<f8", [1 << 30, 1 << 30, 1 << 30], "C", 0],
        ["<f8", [-1], "C", 0],
        ["<f8", [2], "C", 8],
        ["<f8", [True], "C", 0],
        ["<f8", [1.0], "C", 0],
        ["<f8", [1], "X", 0],
        ["<f8", [1], "C", -8],
        ["<f8", [1]],
        "array",
        [["<f8"], [1], "C", 0],
    ],
)
def test_lying_array_headers(entry):
    header = json.dumps({"tree": {"array": 0}, "arrays": [entry]}).encode()
    with pytest.raises(wire.WireError):
        wire.decode(header, bytes(8))


def test_mutated_frames_raise_only_wire_errors():
    rng = np.random.RandomState(0)
    frame = wire.encode(
        {"id": 1, "nonce": "ab"}, ({"a": np.arange(6.0), "b": (1, "x", 0.5)}, [np.float32(1)], HandleId(1, "f"))
    )
    _, length = wire.lengths(frame[: wire.PREFIX.size], 1 << 20)
    header, payload = frame[wire.PREFIX.size : -length], frame[-length:]
    decoded = 0
    for _ in range(5000):
        mutated = bytearray(header)
        for _ in range(rng.randint(1, 4)):
            place = rng.randint(len(mutated))
            kind = rng.randint(3)
            if kind == 0:
                mutated[place] = rng.randint(256)
            elif kind == 1:
                del mutated[place : place + rng.randint(1, 8)]
            else:
                mutated[place:place] = bytes(rng.choice(list(b'{}[]",:0123456789-eE'), rng.randint(1, 5)).astype("u1"))
        try:
            wire.decode(bytes(mutated), payload)
            decoded += 1
        except wire.WireError:
            pass
    assert decoded < 5000


def test_deep_nesting_is_refused():
    deep = "[" * 100_000 + "]" * 100_000
    with pytest.raises(wire.WireError):
        wire.decode(f'{{"tree": {deep}, "arrays": []}}'.encode(), b"")
    nested = "null"
    for _ in range(200):
        nested = f'{{"list": [{nested}]}}'
    with pytest.raises(wire.WireError):
        wire.decode(f'{{"tree": {nested}, "arrays": []}}'.encode(), b"")

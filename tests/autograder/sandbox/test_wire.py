"""Frames: what goes in comes out, and whatever else comes out raises nothing but WireError."""

import json
import sys
import time

import numpy as np
import pytest

from autograder.checks.values import HandleId, ValuesError
from autograder.sandbox import wire


def frame_of(head, tree):
    return b"".join(wire.encode(head, tree))


def source_of(data):
    """A `receive_into` that has nothing but `data` to give, and what is left of it."""
    rest = bytearray(data)

    def receive_into(view):
        assert len(rest) >= len(view)
        view[:] = rest[: len(view)]
        del rest[: len(view)]

    return receive_into, rest


def through(tree, head=None):
    receive_into, rest = source_of(frame_of(head or {}, tree))
    result = wire.read(receive_into, 1 << 20)
    assert not rest
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


def test_fields():
    head = {
        "id": 1,
        "nonce": "ab",
        "error": ["A", "\x1b\0é𝕏", ""],
        "target": [2**63 - 1, "f"],
        "seed": None,
        "ok": True,
    }
    assert through(None, head) == (head, None)


def test_halves_of_surrogate_pairs_travel_in_no_field_and_no_value():
    assert through(None, {"text": "a\ud800b"})[0] == {"text": "a?b"}
    with pytest.raises(ValuesError):
        wire.encode({}, "a\ud800b")
    assert through(HandleId(1, "a\ud800b"))[1] == HandleId(1, "a?b")


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
    for part in (array[:, ::2], array[::-1], array[0, ::3], array.T[::2], array.astype(">f8").T):
        assert np.array_equal(through(part)[1], part)


def test_arrays_are_views_of_one_piece_of_memory_and_none_of_another():
    first, second, third = through([np.arange(3, dtype="u1"), np.arange(5.0), np.ones((2, 2), np.float32)])[1]
    root = first
    while isinstance(root.base, np.ndarray):
        root = root.base
    for array in (first, second, third):
        assert array.flags.aligned
        assert array.flags.writeable
        assert np.shares_memory(array, root)
    first[:] = 7
    second[:] = 7
    assert (third == 1).all()


@pytest.mark.parametrize(
    "array", [np.arange(6.0), np.arange(6.0).reshape(2, 3).T, np.array(1.5), np.ones(3, "c8"), np.ones(3, "f2")]
)
def test_nothing_is_copied_on_the_way_out(array):
    pieces = wire.encode({}, array)
    assert any(np.shares_memory(array, np.frombuffer(piece, "u1")) for piece in pieces)


@pytest.mark.parametrize("most", [1, 7, 1000, 1 << 30])
def test_a_frame_is_sent_in_whatever_parts_the_channel_takes(most):
    tree = [np.full(n % 5, n, "u1") for n in range(150)] + [np.arange(2000.0)]
    buffers = wire.encode({"id": 1}, tree)
    sent = bytearray()

    def write(batch):
        assert 0 < len(batch) <= wire.MAX_BUFFERS
        assert all(batch)
        assert sum(map(len, batch)) <= wire.MAX_WRITE
        part = b"".join(batch)[:most]
        sent.extend(part)
        return len(part)

    wire.send(write, buffers)
    assert sent == b"".join(buffers)


def test_large_arrays_are_sent_in_several_parts():
    buffers = wire.encode({}, np.zeros(wire.MAX_WRITE // 4))
    sizes = []
    wire.send(lambda batch: sizes.append(sum(map(len, batch))) or sizes[-1], buffers)
    assert max(sizes) == wire.MAX_WRITE
    assert sum(sizes) == sum(map(len, buffers))


def test_what_is_no_tree_is_refused():
    for value in (object(), {1: 2}, np.array([object()]), np.zeros(3, "M8[s]"), {1}):
        with pytest.raises(ValuesError):
            wire.encode({}, value)


@pytest.mark.parametrize(
    "tree",
    [
        [np.zeros(1)] * (wire.MAX_ARRAYS + 1),
        [{"": None}] * 15_000,
        "x" * wire.MAX_HEADER,
        "," * wire.MAX_MARKS,
        np.zeros((0, 1 << 30)),
    ],
    ids=["arrays", "values", "characters", "marks", "empty"],
)
def test_the_sender_keeps_to_the_bounds_of_the_reader(tree):
    with pytest.raises(ValuesError):
        wire.encode({}, tree)


def test_bounds_come_before_allocation():
    with pytest.raises(wire.WireError, match="too large"):
        wire.lengths(wire.PREFIX.pack(wire.MAGIC, 1 << 31, 0), 1 << 20)
    with pytest.raises(wire.WireError, match="too large"):
        wire.lengths(wire.PREFIX.pack(wire.MAGIC, 10, 1 << 40), 1 << 20)
    with pytest.raises(wire.WireError, match="no frame"):
        wire.lengths(wire.PREFIX.pack(b"HTTP", 10, 10), 1 << 20)


def test_a_header_that_lies_about_its_payload_is_refused_before_the_payload_is_awaited():
    header = json.dumps({"tree": {"array": 0}, "arrays": [["<f8", [2], "C"]]}).encode()
    receive_into, rest = source_of(wire.PREFIX.pack(wire.MAGIC, len(header), 1 << 19) + header)
    with pytest.raises(wire.WireError, match="do not fill"):
        wire.read(receive_into, 1 << 20)
    assert not rest


@pytest.mark.parametrize(
    "entry",
    [
        ["|O8", [2], "C"],
        ["<f8", [1 << 50], "C"],
        ["<f8", [1 << 30, 1 << 30, 1 << 30], "C"],
        ["<f8", [-2], "C"],
        ["<f8", [-1, -2], "C"],
        ["<f8", [3], "C"],
        ["<f8", [2, True], "C"],
        ["<f8", [2.0], "C"],
        ["<f8", [2], "X"],
        ["<f8", [2], ["C"]],
        ["<f8", [2], "C", 0],
        ["<f8", [2]],
        ["<f8", [1] * 16 + [2], "C"],
        ["<f8", [0, 1 << 39], "C"],
        "array",
        [["<f8"], [2], "C"],
    ],
    ids=str,
)
def test_lying_array_headers(entry):
    header = json.dumps({"tree": {"array": 0}, "arrays": [entry]}).encode()
    with pytest.raises(wire.WireError):
        wire.decode(header, bytes(16))


def test_an_honest_array_header():
    header = json.dumps({"tree": {"array": 0}, "arrays": [["<f8", [2], "C"]]}).encode()
    assert np.array_equal(wire.decode(header, bytes(16))[1], [0, 0])


@pytest.mark.parametrize(
    "field",
    ["1.5", "1e999", "NaN", "-Infinity", "1" * 30, str(1 << 63), "{}", "[[]]", '"\\ud800"', '["\\udc00"]'],
)
def test_fields_that_the_protocol_has_not_got(field):
    with pytest.raises(wire.WireError):
        wire.decode(b'{"tree":null,"arrays":[],"id":%s}' % field.encode(), b"")


def test_the_number_of_fields_and_arrays_is_bounded():
    fields = {str(n): 0 for n in range(wire.MAX_FIELDS)}
    wire.decode(json.dumps({"tree": None, "arrays": [], **fields}).encode(), b"")
    with pytest.raises(wire.WireError, match="field"):
        wire.decode(json.dumps({"tree": None, "arrays": [], **fields, "one more": 0}).encode(), b"")
    entries = [["|b1", [0], "C"]] * (wire.MAX_ARRAYS + 1)
    with pytest.raises(wire.WireError, match="too many arrays"):
        wire.decode(json.dumps({"tree": None, "arrays": entries}).encode(), b"")


def test_long_integers_are_refused_even_where_python_would_read_them():
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        start = time.thread_time()
        with pytest.raises(wire.WireError):
            wire.decode(b'{"tree":%s,"arrays":[]}' % (b"9" * 1_000_000), b"")
        assert time.thread_time() - start < 0.05
    finally:
        sys.set_int_max_str_digits(before)


def test_booleans_are_zero_or_one():
    header = json.dumps({"tree": {"array": 0}, "arrays": [["|b1", [16], "C"]]}).encode()
    assert wire.decode(header, bytes([0, 1] * 8))[1].sum() == 8
    with pytest.raises(wire.WireError, match="neither true nor false"):
        wire.decode(header, bytes([0, 2] * 8))


def test_deep_nesting_is_refused():
    deep = "[" * 20_000 + "]" * 20_000
    with pytest.raises(wire.WireError):
        wire.decode(f'{{"tree": {deep}, "arrays": []}}'.encode(), b"")
    nested = "null"
    for _ in range(200):
        nested = f'{{"list": [{nested}]}}'
    with pytest.raises(wire.WireError, match="deeply"):
        wire.decode(f'{{"tree": {nested}, "arrays": []}}'.encode(), b"")

"""Hostile frames: whatever a worker sends, the grader gets a clean value or a `WireError`, soon and in little memory.

Frames are drawn from explicit generators, so that a failure names the seed and the number that bring it back.
"""

import collections
import contextlib
import functools
import json
import random
import re
import time
import tracemalloc

import numpy as np
import pytest

from autograder.checks.values import DTYPES, MAX_BITS, MAX_TYPE_NAME, HandleId
from autograder.sandbox import wire

FRAMES = 200_000
MANY_FRAMES = 2_000_000
MAX_PAYLOAD = 1 << 16
MAX_SECONDS = 0.05
#: What one frame of 1 MB or less may take while it is read, its own bytes included.
MAX_MEMORY = 20 << 20


class EndOfData(Exception):
    """The source of bytes ended early."""


def source_of(data):
    """A `receive_into` that has nothing but `data` to give."""
    position = 0

    def receive_into(view):
        nonlocal position
        part = data[position : position + len(view)]
        if len(part) < len(view):
            raise EndOfData
        view[:] = part
        position += len(part)

    return receive_into


def framed(header, payload):
    return wire.PREFIX.pack(wire.MAGIC, len(header), len(payload)) + header + payload


# --------------------------------------------------------------------------------------------------------- frames

RNG = np.random.RandomState(0)
HONEST = [
    ({"id": 1, "nonce": "00ff" * 4}, None),
    ({"id": 2, "nonce": "ab", "changed": ["argument 1", "x"]}, (RNG.randn(3, 4), HandleId(7, "tuple"))),
    ({"id": 3, "nonce": "ab", "error": ["ValueError", "expected é, got 本", "layers.py, line 3"]}, None),
    ({"op": "call", "target": [4, "Net"], "seed": None}, ((RNG.randn(2, 3).T, 3, -0.5), {"reg": 1e-3})),
    ({}, {"a": np.float32(1), "b": [np.arange(5, dtype="u1"), np.zeros((0, 3))], "": np.array(True)}),
    ({}, [np.ones((2, 2), bool), np.arange(3, dtype="c16"), np.array(2.5), 10**40, float("nan"), True, "text"]),
    ({}, ([[], (), {}], {"k": {"k": (1, [2, [3]])}})),
    ({}, [np.ones(n, dtype) for n, dtype in enumerate(sorted(DTYPES))]),
]

TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9.eE+-]+|[^"0-9-]')

#: What stands in for a token of the header.
TOKENS = [
    *b'[ ] { } , : null true false "" 0 1 -1 2 3 8 15 16 17 NaN Infinity -Infinity -0 0.0 1.0 1.5 1e0 1e999'.split(),
    *b'[] {} [[]] {"":0} [0,0] [null] "C" "F" "K" "A" "a"'.split(),
    *b'"\\u0000" "\\ud800" "\\udfff\\ud800" "\\ud83d\\ude00"'.split(),
    *b'"tree" "arrays" "id" "nonce" "error" "changed" "op" "target" "seed" "__class__" "__reduce__"'.split(),
    *b'"int" "float" "array" "scalar" "handle" "tuple" "list" "dict" {"int":"1"} {"array":0} {"scalar":0}'.split(),
    *b'{"array":1} {"array":-1} {"array":true} {"handle":[0,"f"]} {"handle":[-1,"f"]} {"tuple":[]} {"dict":[]}'.split(),
    *b'{"dict":[["a",1],["a",2]]} {"float":"nan"} {"float":"0x1p99999"} {"int":"1_000"} {"int":"-0"}'.split(),
    *b'"0x1p1023" "0x1.fffffffffffffp1023" "0x1p99999" "0x" "-nan" "inf" "1e5" "1_0" "0b1" "+1"'.split(),
    *b"4294967296 9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616".split(),
    *b"1099511627775 1099511627776 340282366920938463463374607431768211456 -9223372036854775809".split(),
    *b"[0] [0,1099511627775] [4294967296,4294967296] [4294967296,4294967296,0] [1,1,1,1] [-1] [true] [1.0]".split(),
    *(json.dumps(name).encode() for name in sorted(DTYPES)),
    *b'"|O" "|O8" "O" "<U9" "|S4" "|V8" "<M8[s]" "<m8" ">f8" "=f8" "f8" "<f16" "<c32" "float64" "<f8,<f8"'.split(),
    *b'[["a","<f8"]] [["<f8",[2],"C"]] ["<f8",[2],"C",0] ["|b1",[1],"C"] ["<f8",[1],"F"]'.split(),
    '{"int":"١٢٣"}'.encode(),
    b'{"int":" 7 "}',
    b"1" * 400,
    b"-" + b"9" * 5000,
    b"1" * 4000 + b".5",
    b'{"int":"%s"}' % (b"7" * 310),
    b'{"int":"%s"}' % (b"7" * 5000),
    b'{"float":"0x1.%s"}' % (b"8" * 500),
    b'{"list":' * 60 + b"[]" + b"}" * 60,
    b"[" * 3000,
    b"[" * 3000 + b"]" * 3000,
    b'{"":' * 2000,
    b'{"list":[%s]}' % b",".join([b"null"] * 200),
    b"[%s]" % b",".join([b"0"] * 40),
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    "é".encode("latin-1"),
    "𝕏".encode(),
]
CHARACTERS = ["", " ", "_", "0", "9", "-", "x", "p", ".", "C", "F", "<", "é", "\0", "\ud800", "𝕏"]
ALPHABET = b'{}[]",:0123456789-+.eEtrufalsn\\x \x00\xff'


def values_among(tokens):
    for token in tokens:
        with contextlib.suppress(ValueError, RecursionError):
            yield json.loads(token)


VALUES = [
    *values_among(TOKENS),
    *sorted(DTYPES),
    2**64,
    -(2**63) - 1,
    float("nan"),
    {"tuple": [{"int": "1"}, None]},
    {"dict": [["k", {"float": "0x1.8p+0"}]]},
    {"handle": [0, "x" * 81]},
    {"float": "0x1.8p+1"},
    functools.reduce(lambda inner, _: {"list": [inner]}, range(60), None),
    "x" * 400,
]
NAMES = [value for value in VALUES if type(value) is str]
#: What stands in for a value of the header, as text: each place gets a copy of its own.
PARTS = [json.dumps(value) for value in VALUES]


class Corpus:
    """The honest frames, in the forms that are to be damaged."""

    def __init__(self):
        self.headers, self.tokens, self.payloads, self.parts = [], [], [], []
        for head, tree in HONEST:
            frame = b"".join(wire.encode(head, tree))
            start = wire.PREFIX.size + wire.lengths(frame[: wire.PREFIX.size], MAX_PAYLOAD)[0]
            header = frame[wire.PREFIX.size : start]
            self.headers.append(header)
            self.tokens.append(TOKEN.findall(header))
            self.payloads.append(frame[start:])
            self.parts += [json.dumps(container[key]) for container, key in places_in(json.loads(header))]
            assert b"".join(self.tokens[-1]) == header


def places_in(value):
    """All `(container, key)` of a JSON value."""
    places = []
    waiting = [value]
    while waiting:
        container = waiting.pop()
        for key in container if type(container) is dict else range(len(container)):
            places.append((container, key))
            if type(container[key]) in (list, dict):
                waiting.append(container[key])
    return places


def mutated(rng, corpus):
    """Header and payload of a frame that was damaged in a few places."""

    def below(count):  # `randrange` takes five times as long
        return int(rng.random() * count)

    number = below(len(corpus.headers))
    payload = corpus.payloads[number]
    damage = with_other_values if below(3) else with_other_tokens
    header = damage(below, corpus, number)
    if below(8) == 0:
        header = with_other_bytes(below, header)
    if below(8) == 0:
        cut = below(len(payload) + 1)
        other = corpus.payloads[below(len(corpus.payloads))]
        payload = (payload[:cut], payload[cut:], payload + other, payload[:cut] + b"\xff" + payload[cut + 1 :])[
            below(4)
        ]
    return header, payload


def with_other_values(below, corpus, number):
    """A header that is still JSON."""
    header = json.loads(corpus.headers[number])
    for _ in range(1 + below(3)):
        places = places_in(header)
        if not places:
            break
        container, key = places[below(len(places))]
        kind = below(8)
        if kind == 0:
            del container[key]
        elif kind == 1 and type(container) is list:
            container.insert(key, json.loads(json.dumps(container[key])))
        elif kind == 2 and type(container[key]) is int:
            container[key] += below(5) - 2
        elif kind == 3 and type(container[key]) is str:
            place = below(len(container[key]) + 1)
            container[key] = container[key][:place] + CHARACTERS[below(len(CHARACTERS))] + container[key][place + 1 :]
        elif kind == 4 and type(container) is dict:
            container[NAMES[below(len(NAMES))]] = container.pop(key)
        elif kind <= 5:
            container[key] = json.loads(corpus.parts[below(len(corpus.parts))])
        else:
            container[key] = json.loads(PARTS[below(len(PARTS))])
    return json.dumps(header).encode()


def with_other_tokens(below, corpus, number):
    """A header that is JSON hardly ever."""
    tokens = corpus.tokens[number].copy()
    for _ in range(1 + below(3)):
        kind = below(8)
        place = below(len(tokens) + 1)
        if kind == 0:
            del tokens[place : place + 1 + below(8)]
        elif kind == 1:
            tokens[place:place] = tokens[below(len(tokens) + 1) :][: 1 + below(12)]
        elif kind == 2:  # the front of one frame, the back of another
            other = corpus.tokens[below(len(corpus.tokens))]
            tokens[place:] = other[below(len(other)) :]
        else:
            tokens[place : place + (kind > 3)] = [TOKENS[below(len(TOKENS))]]
    return b"".join(tokens)


def with_other_bytes(below, header):
    damaged = bytearray(header)
    for _ in range(1 + below(3)):
        place = below(len(damaged) + 1)
        kind = below(3)
        if kind == 0 and place < len(damaged):
            damaged[place] ^= 1 << below(8)
        elif kind == 1:
            del damaged[place : place + 1 + below(4)]
        else:
            damaged[place:place] = bytes([ALPHABET[below(len(ALPHABET))]])
    return bytes(damaged)


def sent(rng, header, payload):
    """The bytes that a worker sends: most frames whole, some with a wrong prefix, some cut short."""
    kind = rng.random()
    if kind < 0.7:
        return framed(header, payload)
    frame = bytearray(framed(header, payload))
    if kind < 0.8:
        return bytes(frame[: int(rng.random() * len(frame))])
    place = int(rng.random() * (wire.PREFIX.size if kind < 0.95 else len(frame)))
    frame[place] = int(rng.random() * 256)
    return bytes(frame)


# ------------------------------------------------------------------------------------------------- what may come out


def assert_text(value):
    assert type(value) is str
    value.encode()


def assert_field(value, nested=False):
    if type(value) is list:
        assert not nested
        for part in value:
            assert_field(part, nested=True)
    elif type(value) is str:
        assert_text(value)
    else:
        assert value is None or type(value) is bool or (type(value) is int and -(2**63) <= value < 2**63)


def assert_tree(tree, arrays):
    """That `tree` is one; lists its arrays in `arrays`."""
    if isinstance(tree, np.ndarray | np.generic):
        assert type(tree) is np.ndarray or tree.shape == ()
        assert tree.dtype.str in DTYPES
        if tree.dtype == bool:
            assert not tree.size or np.frombuffer(tree.tobytes(), np.uint8).max() <= 1
        arrays.append(tree)
    elif type(tree) in (list, tuple):
        for part in tree:
            assert_tree(part, arrays)
    elif type(tree) is dict:
        for key, part in tree.items():
            assert_text(key)
            assert_tree(part, arrays)
    elif type(tree) is HandleId:
        assert type(tree.number) is int
        assert 0 <= tree.number < 2**63
        assert_text(tree.type_name)
        assert len(tree.type_name) <= MAX_TYPE_NAME
    elif type(tree) is str:
        assert_text(tree)
    elif type(tree) is int:
        assert tree.bit_length() <= MAX_BITS
    else:
        assert tree is None or type(tree) in (bool, float)


def assert_clean(head, tree, size):
    assert type(head) is dict
    for name, value in head.items():
        assert_text(name)
        assert_field(value)
    arrays = []
    assert_tree(tree, arrays)
    assert sum(array.nbytes for array in arrays) <= size
    wire.encode(head, tree)  # what was accepted could have been sent


def outcome(frame, header, payload, whole):
    """Read one frame; what became of it, in words."""
    try:
        if whole:
            head, tree = wire.decode(header, payload)
            size = len(payload)
        else:
            head, tree = wire.read(source_of(frame), MAX_PAYLOAD)
            size = len(frame)
    except wire.WireError as error:
        return re.sub(r"\d+", "N", str(error))
    except EndOfData:
        return "ended"
    assert_clean(head, tree, size)
    return "accepted"


def seconds_for(frame):
    """CPU seconds that reading `frame` takes: the best of three, because the machine is shared."""

    def once():
        start = time.thread_time()
        with contextlib.suppress(wire.WireError, EndOfData):
            wire.read(source_of(frame), MAX_PAYLOAD)
        return time.thread_time() - start

    return min(once() for _ in range(3))


def memory_for(frame):
    """The most bytes allocated at once while `frame` is read."""
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        with contextlib.suppress(wire.WireError, EndOfData):
            wire.read(source_of(frame), MAX_PAYLOAD)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


# --------------------------------------------------------------------------------------------------------------- tests

REFUSALS = {
    "it sent something that is no frame",
    "it sent a frame of N + N bytes, which is too large",
    "its header is no JSON",
    "its header is malformed",
    "its header has a malformed field",
    "it sent a malformed array",
    "it sent an array of a malformed shape",
    "its arrays do not fill the frame",
    "it sent booleans that are neither true nor false",
    "it sent malformed values: expected a tagged value",
    "it sent malformed values: too many or too deeply nested values",
    "it sent malformed values: an integer is malformed",
    "it sent malformed values: a float is malformed",
    "it sent malformed values: a dict is malformed",
    "it sent malformed values: a value is malformed",
    "it sent malformed values: an array is named nowhere",
}


def fuzz(seed, frames):
    rng = random.Random(seed)
    corpus = Corpus()
    counts = collections.Counter()
    for number in range(frames):
        header, payload = mutated(rng, corpus)
        frame = sent(rng, header, payload)
        start = time.perf_counter()
        try:
            counts[outcome(frame, header, payload, whole=number % 4 == 0)] += 1
        except Exception as error:
            raise AssertionError(f"seed {seed}, frame {number}: {frame!r:.2000}") from error
        if time.perf_counter() - start > MAX_SECONDS:
            assert seconds_for(frame) < MAX_SECONDS, f"seed {seed}, frame {number} is slow: {frame!r:.2000}"
        if number % 2000 == 0:
            assert memory_for(frame) < MAX_PAYLOAD + 40 * len(frame), f"seed {seed}, frame {number}: {frame!r:.2000}"
    return counts


def test_mutated_frames_end_in_a_clean_value_or_a_wire_error():
    counts = fuzz(seed=1, frames=FRAMES)
    assert counts["accepted"] > FRAMES // 50
    assert counts["ended"] > FRAMES // 50
    assert set(counts) - {"accepted", "ended"} >= REFUSALS  # the mutations reach everything that the reader checks


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_many_more_mutated_frames(seed):
    fuzz(seed, MANY_FRAMES // 10)


def test_random_prefixes():
    rng = random.Random(0)
    for _ in range(20_000):
        prefix = bytearray(wire.PREFIX.pack(wire.MAGIC, rng.getrandbits(32), rng.getrandbits(64)))
        if rng.random() < 0.5:
            prefix = bytearray(wire.PREFIX.pack(wire.MAGIC, rng.getrandbits(10), rng.getrandbits(20)))
        if rng.random() < 0.5:
            prefix[rng.randrange(len(prefix))] = rng.randrange(256)
        try:
            header, payload = wire.lengths(prefix, MAX_PAYLOAD)
        except wire.WireError:
            continue
        assert 0 <= header <= wire.MAX_HEADER
        assert 0 <= payload <= MAX_PAYLOAD


def filled(piece, *, before=b"[", after=b"]", joint=b",", size=wire.MAX_HEADER):
    """A header of nearly `size` bytes with `piece` as often as there is room for it."""
    start, end = b'{"tree":' + before, after + b',"arrays":[]}'
    return start + joint.join([piece] * ((size - len(start) - len(end)) // (len(piece) + len(joint)))) + end


LARGE = {
    "empty lists": filled(b"[]"),
    "empty dicts": filled(b"{}"),
    "dicts of one": filled(b'{"":0}'),
    "nested lists": filled(b"[" * 900 + b"]" * 900),
    "nested dicts": filled(b'{"":' * 900 + b"0" + b"}" * 900),
    "ints": filled(b"999"),
    "large ints": filled(b"9" * 19),
    "very large ints": filled(b"9" * 4000),
    "floats": filled(b"1.5"),
    "exponents": filled(b"1e9"),
    "one long number": b'{"tree":' + b"9" * 1_000_000 + b',"arrays":[]}',
    "one long fraction": b'{"tree":0.' + b"9" * 1_000_000 + b',"arrays":[]}',
    "one long exponent": b'{"tree":1e' + b"9" * 1_000_000 + b',"arrays":[]}',
    "short strings": filled('"ā"'.encode()),
    "one long string": filled(b"a", before=b'"', after=b'"', joint=b""),
    "one wide character": filled(b"a", before=b'"' + "𝕏".encode(), after=b'"', joint=b""),
    "escapes": filled(b"\\ud800", before=b'"', after=b'"', joint=b""),
    "surrogate pairs": filled(b"\\ud83d\\ude00", before=b'"', after=b'"', joint=b""),
    "keys": b'{"tree":{' + b",".join(b'"%d":0' % n for n in range(49_000)) + b'},"arrays":[]}',
    "fields": b'{"tree":null,"arrays":[],' + b",".join(b'"%d":0' % n for n in range(49_000)) + b"}",
    "values": filled(b'{"int":"1"}', before=b'{"list":[', after=b"]}"),
    "as many values as allowed": filled(b'{"int":"1"}', before=b'{"list":[', after=b"]}", size=239_000),
    "as many marks as allowed": filled(b"{}", size=74_000),
    "one array, often": filled(b'{"array":0}', before=b'{"list":[', after=b"]}"),
    "one scalar, often": filled(b'{"scalar":0}', before=b'{"list":[', after=b"]}"),
    "array entries": b'{"tree":null,"arrays":[' + b",".join([b'["<f8",[0],"C"]'] * 60_000) + b"]}",
    "as many arrays as allowed": b'{"tree":{"list":[%s]},"arrays":[%s]}'
    % (
        b",".join(b'{"array":%d}' % n for n in range(wire.MAX_ARRAYS)),
        b",".join([b'["<f8",[0,0,0,0],"F"]'] * wire.MAX_ARRAYS),
    ),
    "spaces": b'{"tree":null,"arrays":[]' + b" " * 1_000_000 + b"}",
    "open brackets": b"[" * wire.MAX_HEADER,
    "open braces": b'{"":' * (wire.MAX_HEADER // 4),
    "open string": b'{"' + b"a" * 1_000_000,
    "nul": bytes(wire.MAX_HEADER),
}


@pytest.mark.parametrize("header", LARGE.values(), ids=LARGE)
def test_large_headers_cost_little(header):
    assert len(header) <= wire.MAX_HEADER
    frame = framed(header, b"")
    outcome(frame, header, b"", whole=False)
    assert seconds_for(frame) < MAX_SECONDS
    assert memory_for(frame) < MAX_MEMORY


def test_a_promised_payload_is_not_allocated_before_the_header_agrees():
    header = b'{"tree":{"array":0},"arrays":[["<f8",[2],"C"]]}'
    frame = wire.PREFIX.pack(wire.MAGIC, len(header), 1 << 50) + header
    with pytest.raises(wire.WireError):
        wire.read(source_of(frame), 1 << 60)


def test_arrays_never_stand_for_more_bytes_than_were_sent():
    entry = ["<f8", [1000], "C"]
    header = {"tree": {"list": [{"array": 0}] * 1000}, "arrays": [entry]}
    with pytest.raises(wire.WireError, match="malformed"):
        wire.decode(json.dumps(header).encode(), bytes(8000))
    header = {"tree": {"list": [{"array": n} for n in range(1000)]}, "arrays": [entry] * 1000}
    with pytest.raises(wire.WireError, match="fill"):
        wire.decode(json.dumps(header).encode(), bytes(8000))

"""Taking values apart for a message, and putting together what a hostile peer may have sent."""

import contextlib
import json

import numpy as np
import pytest

from autograder.checks.values import MAX_NODES, HandleId, ValuesError, is_array, pack, unpack

TREES = [
    None,
    True,
    -3,
    2**1000,
    0.1,
    float("inf"),
    "text \0 \ud7ff",
    np.arange(6).reshape(2, 3),
    np.asfortranarray(np.ones((2, 3), np.float32)),
    np.array(2.5),
    np.float32(0.1),
    np.bool_(True),
    HandleId(3, "Net"),
    (),
    [],
    {},
    (1, [2.0, {"a": np.ones(2), "": None}], ("x",)),
]


def equal(a, b):
    if isinstance(a, np.ndarray | np.generic):
        return type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict):
        return type(a) is type(b) and list(a) == list(b) and all(equal(a[key], b[key]) for key in a)
    return type(a) is type(b) and a == b


@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_what_is_packed_comes_back(tree):
    data, arrays = pack(tree)
    assert equal(unpack(json.loads(json.dumps(data)), arrays), tree)


def test_floats_come_back_to_the_last_bit():
    values = [0.1, 1e-323, float("nan"), -0.0]
    back = unpack(*pack(values))
    assert np.array(back).tobytes() == np.array(values).tobytes()


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1, 2},
        {1: 2},
        np.array([None]),
        np.array(["a"]),
        b"bytes",
        1j,
        2**1024,
        type("F", (float,), {})(1),
        "half of a pair: \ud800",
        {"\udc00": 1},
        [None] * MAX_NODES,
    ],
)
def test_what_is_no_tree_is_refused(value):
    with pytest.raises(ValuesError):
        pack([value])


def test_a_list_that_holds_itself_is_refused():
    value = []
    value.append(value)
    with pytest.raises(ValuesError, match="deeply"):
        pack(value)


def test_only_arrays_of_numbers_travel_by_value():
    assert is_array(np.ones(3))
    assert is_array(np.ones(3, ">f8"))
    assert not is_array(np.array([None]))
    assert not is_array(np.zeros(2, [("a", "f8")]))
    assert not is_array([1, 2])


def test_fuzzed_data_raises_nothing_but_values_errors():
    rng = np.random.RandomState(0)
    leaves = [None, True, -1, 0, 1, 10**6, 2.5, float("nan"), "", "1", "x" * 400, "nan", "0x1p99999", [], {}, [0, "a"]]
    tags = ["int", "float", "array", "scalar", "handle", "tuple", "list", "dict", "", "zz"]

    def random_json(depth):
        kind = rng.randint(4) if depth else 0
        if kind <= 1:
            return leaves[rng.randint(len(leaves))]
        if kind == 2:
            return [random_json(depth - 1) for _ in range(rng.randint(4))]
        return {tags[rng.randint(len(tags))]: random_json(depth - 1) for _ in range(rng.randint(1, 3))}

    understood = 0
    for _ in range(5000):
        try:
            unpack(random_json(4), [])
            understood += 1
        except ValuesError:
            pass
    assert 0 < understood < 5000


@pytest.mark.parametrize("mutate", ["drop", "swap", "replace"])
def test_damaged_trees_raise_nothing_but_values_errors(mutate):
    rng = np.random.RandomState(1)
    data, arrays = pack(TREES[-1])
    text = json.dumps(data)
    for _ in range(1000):
        place = rng.randint(len(text))
        instead = {"drop": "", "swap": text[rng.randint(len(text))], "replace": chr(rng.randint(32, 127))}[mutate]
        with contextlib.suppress(ValuesError, json.JSONDecodeError):
            unpack(json.loads(text[:place] + instead + text[place + 1 :]), arrays)


@pytest.mark.parametrize(
    "data",
    [
        {"array": 0},
        {"int": "1" * 400},
        {"int": "one"},
        {"int": 1},
        {"int": " 1"},
        {"int": "1_0"},
        {"int": "-0"},
        {"int": "\u0661"},
        {"int": str(2**1024)},
        {"float": "0x1p99999"},
        {"float": 1.5},
        {"float": "1.5"},
        {"float": "NaN"},
        {"float": " 0x1.8p+0"},
        {"handle": [1]},
        {"handle": [-1, "Net"]},
        {"handle": [True, "Net"]},
        {"handle": [1, "\ud800"]},
        {"handle": ["1", "Net"]},
        {"handle": [1, "N" * 1000]},
        {"dict": [[1, None]]},
        {"dict": [["a"]]},
        {"dict": [["a", None], ["a", None]]},
        {"dict": [["\ud800", None]]},
        "\ud800",
        {"dict": {"a": None}},
        {"tuple": "ab"},
        {"list": [], "tuple": []},
        [1],
        7,
        1.5,
    ],
    ids=repr,
)
def test_malformed_values_are_refused(data):
    with pytest.raises(ValuesError):
        unpack(data, [])


@pytest.mark.parametrize(
    "data",
    [
        {"array": 2},
        {"array": -1},
        {"array": False},
        {"array": "0"},
        {"scalar": 0},
        {"list": []},
        {"list": [{"array": 0}]},
        {"list": [{"array": 0}, {"array": 0}]},
        {"list": [{"array": 1}, {"array": 0}]},
        {"list": [{"array": 0}, {"scalar": 1}]},
        {"list": [{"array": 0}, {"array": 1}, {"array": 1}]},
    ],
    ids=repr,
)
def test_each_array_is_named_once_and_in_order(data):
    arrays = [np.ones(2), np.ones(2)]
    unpack({"list": [{"array": 0}, {"array": 1}]}, arrays)
    with pytest.raises(ValuesError):
        unpack(data, arrays)


def test_too_many_values_are_refused():
    with pytest.raises(ValuesError, match="too many"):
        unpack({"list": [None] * (MAX_NODES + 1)}, [])


def test_too_deeply_nested_values_are_refused():
    data = None
    for _ in range(100):
        data = {"list": [data]}
    with pytest.raises(ValuesError, match="deeply"):
        unpack(data, [])

"""What is inside, and what is made of what comes out."""

import json
import subprocess
import sys
from types import SimpleNamespace

import psutil
import pytest

from autograder.rerun import enclosure, watch
from autograder.rerun.inside import _plain
from autograder.rerun.limits import Limits
from autograder.rerun.reproduction import _Told

SAYS_1 = {"cell": 1, "how": "done", "cut": False, "outputs": [{"output_type": "stream", "text": "x"}]}


def test_these_modules_are_loaded_inside_and_no_others():
    code = "import sys, autograder.rerun.inside; print(*[m for m in sys.modules if m.startswith('autograder')])"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert sorted(done.stdout.split()) == sorted(".".join(["autograder", m]).rstrip(".") for m in enclosure.MODULES)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff",
        b"{}",
        b"[]",
        b"3",
        b"[" * 100_000,
        b'{"cell": 1' + b"0" * 5000 + b"}",
        *(
            json.dumps(SAYS_1 | change).encode()
            for change in (
                {"cell": 0},
                {"cell": True},
                {"cell": 1.0},
                {"cell": "1"},
                {"cell": [1]},
            )
        ),
    ],
)
def test_what_tells_of_no_cell_is_passed_over(line):
    told = _Told({1})
    told.take(line)
    assert "its processes ended" in told.remark("")
    told.take(json.dumps(SAYS_1).encode())
    assert told.remark("") == ""


@pytest.mark.parametrize("change", [{"how": []}, {"how": "alert"}, {"cut": "alert"}, {"outputs": {}}, {"outputs": 3}])
def test_odd_words_are_not_repeated(change):
    told = _Told({1})
    told.take(json.dumps(SAYS_1 | change).encode())
    assert "alert" not in json.dumps(told.outputs(""))
    assert told.remark("") == ""


def test_nothing_can_be_shown_but_text_and_pictures():
    told = _Told({1})
    data = {"text/html": "<script>alert(1)</script>", "image/svg+xml": "alert(1)", "image/png": "aGk="}
    told.take(json.dumps(SAYS_1 | {"outputs": [{"output_type": "display_data", "data": data}]}).encode())
    _, picture = told.outputs("")[1]
    assert picture["data"] == {"image/png": "aGk="}


def test_streams_are_joined_and_other_kinds_left_inside():
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "a"},
        {"output_type": "stream", "name": "stdout", "text": "b"},
        {"output_type": "stream", "name": "stderr", "text": "c"},
        {"output_type": "display_data", "data": {"text/plain": "d", "text/html": "e"}, "metadata": {}},
    ]
    assert [output.get("text", output.get("data")) for output in _plain(outputs, ["text/plain"])] == [
        "ab",
        "c",
        {"text/plain": "d"},
    ]


def test_a_machine_that_runs_out_of_memory_is_protected(monkeypatch):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1 << 20))
    assert "running out of memory" in watch.problem(0, (), Limits())


def test_less_time_for_a_notebook_is_less_for_a_cell():
    assert Limits.within(5.0).cell_seconds == 5.0
    assert Limits.within(5000.0).cell_seconds == Limits().cell_seconds

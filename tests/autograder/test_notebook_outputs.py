"""Of what a student's cell shows, nothing can run in a grader's browser."""

import json

import pytest

from autograder.notebook_outputs import HANDED_IN, MAX_OUTPUTS, handed_in, notice, picture


def display(**data):
    return {"output_type": "display_data", "data": data, "metadata": {"image/png": {"width": '1"onerror="x'}}}


def test_text_and_pictures_stay():
    kept = handed_in(
        [
            display(**{"image/png": "aGk=\n", "text/plain": ["<Fig", "ure>"], "text/html": "<b>x</b>"}),
            {"output_type": "stream", "name": "stderr", "text": ["a\n", "b\n"]},
            {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["line 1", "line 2"]},
        ]
    )
    assert kept[0]["data"]["text/plain"] == HANDED_IN
    assert kept[1:] == [
        {"output_type": "display_data", "data": {"image/png": "aGk=", "text/plain": "<Figure>"}, "metadata": {}},
        {"output_type": "stream", "name": "stdout", "text": "a\nb\n"},
        {"output_type": "stream", "name": "stdout", "text": "line 1\nline 2"},
    ]


@pytest.mark.parametrize(
    "output",
    [
        display(**{"text/html": "<script>alert(1)</script>"}),
        display(**{"application/javascript": "alert(1)"}),
        display(**{"image/svg+xml": "<svg onload='alert(1)'/>"}),
        display(**{"text/markdown": "<script>alert(1)</script>", "text/latex": r"\href{javascript:alert(1)}{x}"}),
        display(**{"application/vnd.jupyter.widget-view+json": {"model_id": "alert(1)"}}),
        display(**{"image/png": '"><script>alert(1)</script>'}),
        display(**{"image/png": {"a": "alert(1)"}}),
        {"output_type": "stream", "name": "stdout", "text": {"alert(1)": 1}},
        {"output_type": "alert(1)"},
        "alert(1)",
        None,
    ],
)
def test_all_else_goes(output):
    assert "alert" not in json.dumps(handed_in([output]))


@pytest.mark.parametrize("outputs", [None, 3, "text", {}, [[]], [None]])
def test_odd_outputs_are_none(outputs):
    assert handed_in(outputs) == []


def test_outputs_are_bounded():
    assert len(handed_in([{"output_type": "stream", "text": "x"}] * 10_000)) == MAX_OUTPUTS + 1


@pytest.mark.parametrize("data", ["aGk", "a Gk=!", "é", 3, None, ["a", None], "x" * (9 << 20)])
def test_no_picture(data):
    assert picture("image/png", data) == ""


def test_a_notice_is_taken_for_nothing_but_text():
    assert notice(["A:", "- `x`\n\n<script>"]) == "    A:\n    - `x` <script>"

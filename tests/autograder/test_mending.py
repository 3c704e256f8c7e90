"""Whatever is in the file, what comes out is a notebook with the released cells, each exactly once."""

import json
import random

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.mending import MAX_BYTES, MAX_CELLS, MAX_VALUES, SourceCell, mended
from autograder.sandbox.worker import survey_notebook

RELEASE = [
    SourceCell("part", "code", "part()", "1" * 32, locked=False, solution=True, points=None),
    SourceCell("test", "code", 'check("test")', "2" * 32, locked=True, solution=False, points=3.0),
    SourceCell("why", "markdown", "YOUR ANSWER HERE", "3" * 32, locked=False, solution=True, points=2.0),
]


def cell(kind, source, grade_id=None, **more):
    metadata = {} if grade_id is None else {"nbgrader": {"grade_id": grade_id}}
    return {"cell_type": kind, "source": source, "metadata": metadata, **more}


def mend(*cells):
    return mended(json.dumps({"cells": cells, "nbformat": 4}).encode(), RELEASE)


def ids(notebook):
    return [c["metadata"]["nbgrader"]["grade_id"] for c in notebook["cells"] if c["metadata"]]


def valid(notebook):
    node = nbformat.from_dict(notebook)
    nbformat.validate(node)
    MetadataValidator().validate_nb(node)
    return ids(notebook)


GOOD = [
    cell("code", "part(1)", "part"),
    cell("code", 'check("test")', "test"),
    cell("markdown", "Because.", "why"),
]


def test_a_good_one_stays_as_it_is():
    notebook, notes = mend(*GOOD)
    assert valid(notebook) == ["part", "test", "why"]
    assert [c["source"] for c in notebook["cells"]] == ["part(1)", 'check("test")', "Because."]
    assert notes == []


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"cells": 3}', b"\xff\xfe", b"[" * 100_000, None])
def test_no_notebook_becomes_the_released_cells(data):
    notebook, notes = mended(data, RELEASE)
    assert valid(notebook) == ["part", "test", "why"]
    assert notebook["cells"][2]["source"] == "YOUR ANSWER HERE"
    assert len(notes) == 1


def test_of_copies_the_last_counts_and_the_others_stay_to_be_read():
    notebook, notes = mend(*GOOD, cell("markdown", "No, because.", "why"))
    assert valid(notebook) == ["part", "test", "why"]
    assert [c["source"] for c in notebook["cells"]][-2:] == ["Because.", "No, because."]
    assert notebook["cells"][-2]["metadata"] == {}
    assert notes == ["there was more than one cell of why; the last one with a text in it counts"]


@pytest.mark.parametrize("texts", [["Because.", ""], ["Because.", "YOUR ANSWER HERE"], ["", "Because.", " "]])
def test_an_answer_above_an_empty_copy_counts_for_the_grader_and_is_what_a_person_sees(texts):
    """Also where the copy has lost nbgrader's other marks."""
    cells = [*GOOD[:2], *(cell("markdown", text, "why") for text in texts)]
    notebook, _ = mend(*cells)
    (shown,) = [c["source"] for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "why"]
    assert shown == "Because."
    assert survey_notebook(json.dumps({"cells": cells}).encode())["answers"]["why"] == "Because."


def test_an_answer_below_much_white_space_is_one():
    cells = [cell("markdown", "\n" * 20_000 + "Because.", "why")]
    assert survey_notebook(json.dumps({"cells": cells}).encode())["answers"] == {"why": "Because."}


def test_deleted_cells_come_back_where_they_were():
    notebook, notes = mend(GOOD[0], cell("markdown", "after"))
    assert [c["source"] for c in notebook["cells"]] == ["part(1)", 'check("test")', "YOUR ANSWER HERE", "after"]
    assert notes == ["the cells of test, why had been deleted; they were put back"]


def test_an_answer_in_a_cell_of_another_type_is_an_answer():
    notebook, _ = mend(GOOD[0], GOOD[1], cell("code", "Because.", "why", outputs=[]))
    assert notebook["cells"][2]["cell_type"] == "markdown"
    assert notebook["cells"][2]["source"] == "Because."


def test_an_edited_test_is_as_it_was():
    notebook, notes = mend(GOOD[0], cell("code", "100", "test"), GOOD[2])
    assert notebook["cells"][1]["source"] == 'check("test")'
    assert notes == ["the cell of test had been edited; it is as it was handed out again"]


def test_a_raw_cell_is_shown_as_text():
    notebook, _ = mend(*GOOD, cell("raw", "<script>alert(1)</script>"))
    assert notebook["cells"][3]["cell_type"] == "markdown"
    assert notebook["cells"][3]["source"].startswith("    <script>")


def test_pasted_pictures_stay_and_nothing_else_that_is_attached():
    attached = {"a.png": {"image/png": "aGk="}, "b.svg": {"image/svg+xml": "<svg/>"}, "c": {"image/png": '"><script>'}}
    notebook, _ = mend(GOOD[0], GOOD[1], cell("markdown", "![](attachment:a.png)", "why", attachments=attached))
    assert notebook["cells"][2]["attachments"] == {"a.png": {"image/png": "aGk="}}


def test_who_has_run_a_cell_is_not_handed_on():
    """Colab writes it into cells."""
    run = {"executionInfo": {"user": {"displayName": "Ada", "userId": "1815"}}, "colab": {}}
    notebook, _ = mend({**cell("code", "1"), "metadata": run}, *GOOD)
    assert "Ada" not in json.dumps(notebook)


def test_cells_have_ids_of_their_own_and_the_same_every_time():
    same = [cell("markdown", "a", id="x"), cell("markdown", "b", id="x"), cell("markdown", "c", id="no id!")]
    (one, _), (two, _) = mend(*same, *GOOD), mend(*same, *GOOD)
    assert one == two
    assert len({c["id"] for c in one["cells"]}) == len(one["cells"])


def test_half_characters_can_be_written():
    half = "\ud800"
    attached = {f"{half}.png": {"image/png": "aGk=", half: half}, "b": {"image/png": half}}
    shown = {"output_type": "display_data", "data": {"image/png": half, "text/plain": half, half: half}}
    odd = [
        cell("markdown", half, half, id=half, attachments=attached),
        cell(half, [half, half], half, attachments=half),
        cell("code", half, "part", outputs=[shown, {"output_type": "stream", "name": half, "text": [half]}, half]),
        cell("code", half, outputs=[{"output_type": "error", "ename": half, "traceback": [half]}]),
        {**cell("markdown", half), half: half, "metadata": {half: half, "nbgrader": {"grade_id": "why", half: half}}},
    ]
    notebook, notes = mend(*GOOD[1:], *odd)
    assert json.dumps([notebook, notes], ensure_ascii=False).encode()
    assert notebook["cells"][2]["attachments"] == {"?.png": {"image/png": "aGk="}}


def test_very_many_cells_are_bounded():
    notebook, notes = mend(*[cell("markdown", "x")] * (MAX_CELLS + 5))
    assert len(notebook["cells"]) == MAX_CELLS + len(RELEASE)
    assert str(MAX_CELLS) in notes[0]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'{"cells": [], "metadata": "' + b"x" * MAX_BYTES + b'"}', "is larger than 32 MB"),
        (b'{"cells": [' + b"[]," * MAX_VALUES + b"[]]}", "holds more than 1000000 values"),
        (b'{"a": ' + (b"[" * 400 + b"]" * 400 + b",") * 2600 + b"1}", "holds more than 1000000 values"),
        (json.dumps({"cells": [3] * MAX_VALUES}).encode("utf-16"), "holds more than 1000000 values"),
        (b'{"cells": ["\\"' + b'",3,"\\"' * MAX_VALUES + b'"]}', "holds more than 1000000 values"),
    ],
    ids=["size", "lists", "nested", "utf-16", "escaped"],
)
def test_what_could_use_up_the_memory_is_not_read(data, why, monkeypatch):
    with monkeypatch.context() as context:
        context.setattr("json.loads", None)
        notebook, notes = mended(data, RELEASE)
    assert valid(notebook) == ["part", "test", "why"]
    assert notes == [f"the file {why}, so that nothing of it is shown here; look into the file that was handed in"]


def test_a_notebook_with_large_plots_and_long_outputs_is_read():
    plot = {"output_type": "display_data", "data": {"image/png": "aGk=" * (1 << 20)}}
    text = {"output_type": "stream", "text": ["[1, 2, {3: '4'}, \"5\"]\n"] * 100_000}
    notebook, notes = mend(*GOOD, *[cell("code", "plot()", outputs=[plot])] * 5, cell("code", "show()", outputs=[text]))
    assert notes == []
    assert len(notebook["cells"]) == 9


ODD = [None, True, -1, 1e308, "", "why", "test", [], {}, ["a", 3], {"nbgrader": []}, {"grade_id": "test"}, "\u202e\x00"]


def spoil(value, rng):
    """`value` with something in it replaced."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        return {**value, key: spoil(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        number = rng.randrange(len(value))
        return [*value[:number], spoil(value[number], rng), *value[number + rng.choice([0, 1]) :]]
    return rng.choice(ODD)


@pytest.mark.parametrize("seed", range(60))
def test_spoilt_notebooks(seed):
    rng = random.Random(seed)
    outputs = [{"output_type": "display_data", "data": {"image/png": "aGk=", "text/plain": "x"}, "metadata": {}}]
    content = {"cells": [*GOOD, cell("code", "1", outputs=outputs, id="a")], "nbformat": 4, "metadata": {}}
    for _ in range(rng.randrange(1, 12)):
        content = spoil(content, rng)
    notebook, _ = mended(json.dumps(content).encode(), RELEASE)
    assert sorted(valid(notebook)) == ["part", "test", "why"]

"""Texts that pages would take hours for are shown as they are, and all others as ever."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from autograder.nbgrader_plugin.long_texts import MAX_ALL, MAX_TEXT, with_plain_texts

TEXT = {"markdown": new_markdown_cell, "code": new_code_cell}


def shown_plain(*cells):
    """Of each cell whether it is shown plain."""
    shown = list(with_plain_texts(cells))
    here = [number for number, cell in enumerate(shown) if cell in cells]
    return ["remove_source" in str(after) for after in (shown[n + 1 : n + 2] for n in here)]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("markdown", "a" + " " * 5_000 + "b"),
        ("markdown", "<div>" * 1_000),
        ("markdown", "".join(f"<i a={i}><p>" for i in range(800))),
        ("markdown", "a|b\n-|-\n" + "|\n" * 10_000),
        ("code", "a." * 100_000),
        ("code", "\n " * 2_000),
        ("code", "%%html\n" + "<a " * 2_000),
    ],
)
def test_a_costly_text_is_shown_as_it_is(kind, text):
    odd = TEXT[kind](text)
    odd.metadata["magics_language"] = "html"
    says, plain = with_plain_texts([odd])
    assert says is odd
    assert "shown below as plain text" in says.source
    assert says.metadata == {}
    assert plain.outputs[0].text == text
    assert plain.metadata.transient.remove_source


@pytest.mark.parametrize("kind", TEXT)
def test_what_people_write_stays_as_it_is(kind):
    text = "A line of 80 characters that says something about <b>that</b> result, and why.\n" * 40
    cells = [TEXT[kind](text) for _ in range(10)]
    assert [cell.source for cell in with_plain_texts(cells)] == [text] * 10


@pytest.mark.parametrize("kind", TEXT)
def test_all_texts_together_are_bounded_too(kind):
    many = [TEXT[kind]("x" * MAX_TEXT[kind]) for _ in range(1000)]
    room = MAX_ALL[kind] // MAX_TEXT[kind]
    assert shown_plain(*many) == [False] * room + [True] * (1000 - room)


def test_no_colours_in_plain_text():
    _, plain = with_plain_texts([new_code_cell("\x1b[31m" * 2_000)])
    assert "\x1b" not in plain.outputs[0].text


def test_other_cells_pass():
    raw = new_raw_cell("x" * 100_000)
    assert list(with_plain_texts([raw])) == [raw]

"""Which copy of a cell counts."""

import pytest

from autograder.checks.written import is_written, that_count


@pytest.mark.parametrize("text", ["", " \n", "YOUR ANSWER HERE", "\nYOUR ANSWER HERE "])
def test_an_untouched_cell(text):
    assert not is_written(text)


@pytest.mark.parametrize(
    ("texts", "counts"),
    [
        (["a", "b"], 1),
        (["a", ""], 0),
        (["a", "YOUR ANSWER HERE", " "], 0),
        (["", "a", "", "b", ""], 3),
        (["", " "], 1),
        (["YOUR ANSWER HERE"], 0),
    ],
)
def test_the_last_copy_that_was_written_into_counts(texts, counts):
    assert that_count([("why", text) for text in texts]) == {"why": counts}


def test_cells_are_told_apart():
    assert that_count([("a", "x"), ("b", ""), ("a", "")]) == {"a": 0, "b": 1}

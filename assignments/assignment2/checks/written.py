"""Which of a notebook's cells hold what a student wrote: one rule for all who read them."""

from __future__ import annotations

from collections.abc import Iterable

#: What a question's cell holds when it is handed out.
UNTOUCHED = "YOUR ANSWER HERE"


def is_written(text: str) -> bool:
    """Whether a student has written into a cell that holds `text`."""
    return text.strip() not in ("", UNTOUCHED)


def that_count(cells: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Which of `cells`, pairs of an id and a text, counts for each id, by its number.

    Of copies of a cell that is the last one that was written into, and the last one where none was.
    """
    chosen: dict[str, int] = {}
    written = set()
    for number, (id, text) in enumerate(cells):
        if is_written(text):
            written.add(id)
        elif id in written:
            continue
        chosen[id] = number
    return chosen

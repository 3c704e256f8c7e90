"""Which texts of a notebook a page shows as they are, in the place of Markdown and coloured code.

What makes pages takes time that grows with the square or the cube of a text's length, where the text is made for it:
20 kB can take a minute, and a notebook may hold 1600 of these. Within the bounds here all of them together take less
than a minute. What students write by hand is far within them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nbformat.v4 import new_code_cell, new_output

#: How long a cell's text may be, and all of a notebook's together, by the type of cell.
MAX_TEXT = {"markdown": 10_000, "code": 5_000}
MAX_ALL = {"markdown": 60_000, "code": 60_000}
#: So much HTML in Markdown, and so much white space in one place, take longest.
MAX_TAGS = 200
_SPACE = re.compile(r"\s{100}")
_SAID = {
    "markdown": "This text is very long or very unusual, so it is shown below as plain text.",
    "code": "# This code is very long or very unusual, so it is shown below as plain text.",
}


def with_plain_texts(cells: Any) -> Iterator[Any]:
    """The `cells` of a notebook, where those whose texts would take too long say so, and one with the text follows."""
    left = dict(MAX_ALL)
    for cell in cells:
        kind, text = cell.cell_type, cell.source
        if kind not in left:
            yield cell
        elif len(text) <= left[kind] and _is_quick(kind, text):
            left[kind] -= len(text)
            yield cell
        else:
            cell.source = _SAID[kind]
            cell.metadata.pop("magics_language", None)
            yield cell
            yield _plain(text)


def _is_quick(kind: str, text: str) -> bool:
    return len(text) <= MAX_TEXT[kind] and text.count("<") <= MAX_TAGS and _SPACE.search(text) is None


def _plain(text: str) -> Any:
    """A cell that shows `text`, and colours nothing in it."""
    shown = new_output("stream", text=text.replace("\x1b", "\u241b"))  # type: ignore[no-untyped-call]
    return new_code_cell(metadata={"transient": {"remove_source": True}}, outputs=[shown])  # type: ignore[no-untyped-call]

"""What may be shown of the outputs below a notebook's code cells when a person looks at them.

Text and pictures only, whether a student handed them in or the student's code gave them here: a page of HTML or a
script would run in the browser of whoever grades, with that person's rights. A mark above says where they are from.
"""

from __future__ import annotations

import base64
import binascii
import html
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .notebook_cells import joined

#: Bounds on what is kept of a cell's outputs.
MAX_OUTPUTS, MAX_TEXT, MAX_PICTURE = 200, 100_000, 8 << 20
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
HANDED_IN = "Handed in by the student; not run again for grading."
_NOTICE = "<div style='border-left:.35em solid #9e9e9e;padding:.2em .8em;color:#616161;font-size:.85em'>{}</div>"


def handed_in(outputs: Any) -> list[dict[str, Any]]:
    """What may be shown of the outputs that a student's cell came with, below a mark that says whose they are."""
    kept = harmless(outputs)
    return [mark(HANDED_IN), *kept] if kept else []


def harmless(outputs: Any) -> list[dict[str, Any]]:
    """The text and pictures in what may be a cell's outputs, as outputs that a notebook can hold."""
    return list(itertools.islice(_kept(outputs), MAX_OUTPUTS)) if isinstance(outputs, list) else []


def mark(text: str) -> dict[str, Any]:
    """An output that says something about those below it."""
    return _display({"text/plain": text, "text/html": _NOTICE.format(html.escape(text))})


def notice(lines: Sequence[str]) -> str:
    """A text for a Markdown cell that tells whoever reads the notebook about it; nothing in `lines` is taken for
    Markdown or HTML."""
    return "\n".join(f"    {' '.join(line.split())}" for line in lines)


def picture(kind: Any, data: Any) -> str:
    """The base64 text `data` of a picture, "" if it is none that may be shown."""
    text = "".join(part for part in data if isinstance(part, str)) if isinstance(data, list) else data
    if kind not in PICTURES or not isinstance(text, str) or len(text) > MAX_PICTURE:
        return ""
    try:
        return base64.b64encode(base64.b64decode("".join(text.split()), validate=True)).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def _kept(outputs: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for output in outputs:
        if not isinstance(output, Mapping):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            # Of what a program says, standard error is no less its own; nbgrader takes that stream for a failure.
            if text := joined(output.get("text"), MAX_TEXT):
                yield {"output_type": "stream", "name": "stdout", "text": text}
        elif kind in ("error", "pyerr"):
            trace = output.get("traceback")
            lines = [joined(line, MAX_TEXT) for line in trace] if isinstance(trace, list) else []
            yield {"output_type": "stream", "name": "stdout", "text": "\n".join(lines)[:MAX_TEXT] or "an error"}
        elif kind in ("execute_result", "display_data", "pyout") and isinstance(output.get("data"), Mapping):
            data = output["data"]
            shown = {kind: good for kind in PICTURES if (good := picture(kind, data.get(kind)))}
            text = joined(data.get("text/plain"), MAX_TEXT)
            if shown or text:
                yield _display(shown | ({"text/plain": text} if text else {}))


def _display(data: Mapping[str, str]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": dict(data), "metadata": {}}

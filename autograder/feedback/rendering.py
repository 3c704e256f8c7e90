"""How pages are made of templates: everything escaped, nothing fetched, the same text for the same data."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ..checks.engine import VERDICTS
from ..files import replacing
from ..standing import EMPTY

#: Verdict -> its sign beside the word, what kind of news it is (a class of the style), and what it means.
SIGNS = {
    "correct": ("✓", "good", "right on every case"),
    "partial": ("½", "part", "right in some respects, not in others"),
    "wrong": ("✗", "bad", "it ran, and the result was not the expected one"),
    "error": ("!", "bad", "the code raised an exception or ended its process"),
    "timeout": ("T", "bad", "it ran for longer than it may"),
    "memory": ("M", "bad", "it asked for more memory than it may use"),
    "missing": ("–", "off", "not written or not handed in"),
    "blocked": ("B", "part", "it cannot work before something that it needs does"),
    "manual": ("✎", "wait", "a person grades it"),
    EMPTY: ("–", "off", "a question without an answer"),
    "not graded": ("?", "wait", "the grader failed, for no fault of the student; it costs nothing"),
}
assert set(SIGNS) == {*VERDICTS, EMPTY}

# Control characters, which HTML has no place for; those that turn the direction of what follows; halves of characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_CODE = re.compile("`([^`]+)`")


def render(template: str, /, **values: Any) -> str:
    """The page that `template` makes of `values`. Every string in it is escaped but `Markup`."""
    return _environment().get_template(template).render(values)


def number(value: float) -> str:
    """`value` to two places, without needless ones."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def points(value: float) -> str:
    """So many points, in words."""
    return f"{number(value)} {'point' if value == 1 else 'points'}"


def prose(text: str) -> Markup:
    """`text` escaped, with what stands between backquotes as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(_printable(text)))))


def write_page(text: str, path: Path) -> Path:
    """Write a page to `path`, all of it or nothing, and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")
    return path


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.feedback", ""),
        autoescape=True,
        finalize=_printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "points": points, "prose": prose}
    environment.globals["signs"] = SIGNS
    return environment


def _printable(value: Any) -> Any:
    """A string with what cannot be shown written out, as in Python."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _UNPRINTABLE.sub(lambda found: found.group().encode("unicode_escape").decode(), value)

"""What a report may say about cases that students cannot see.

Whoever hands in code can make it encode the inputs that it gets in whatever it controls: the words of an exception
or the name of its type, a line number, a shape, the keys of a dict, how many elements are wrong, how its process
ends, how long it takes. If any of that came back as feedback, a second submission could know what is asked. So of
a hidden case a report says nothing but fixed sentences, filled in with what the check itself has chosen.
`Expect.failure` is where they are made; what fills them in is:

    name, item, needs   the check's own words
    expected            those of a sentence about types: "an array", "(loss, dW)"; never a shape or a number
    kind                the name of an exception that Python, its standard library or NumPy defines (`exception_name`)
    line                a line that the submission's files have (`known_line`, where a reply arrives)
    why, fault, place   what the grader says about itself

There is no picture of a result on a hidden case (`pictures`, `expect.Expectation.close_to`).

Hidden cases run after all that students can see (`engine.judge_all`): a module can remember what it was given, and
tell in the next visible case, about which everything is said.

What remains are a few bits in every run, which cannot be kept back without giving no feedback at all:

    the verdict and the points, and so which parts of an item were wrong
    the hint that fits a wrong answer: one of the item's own short list, without numbers. It costs little more than
        the verdict and tells an honest student what to do
    an exception's type and line: at most as many bits as it takes to number the lines of the submission
    the share of the grader's images that a saved model gets right, in whole per cents, which tells about these images
        and not about the inputs of code: no code of a student's meets them

These bits are harmless only while the seeds of the hidden cases cannot be guessed: the checks are public, so code can
draw the inputs for one seed after another until they are those that it was given, and a small seed fits into the bits.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from string import Formatter
from typing import Any

import numpy as np

from .messages import HIDDEN_HINTS, HIDDEN_SENTENCES, HINTS, SENTENCES, fill

#: What may be filled into any sentence: it comes from the check.
TRUSTED = frozenset(["name", "item", "needs"])

_STANDARD_LIBRARY = (
    "BadZipFile",
    "BrokenProcessPool",
    "BrokenThreadPool",
    "CalledProcessError",
    "CancelledError",
    "DivisionByZero",
    "Empty",
    "FrozenInstanceError",
    "Full",
    "InvalidOperation",
    "JSONDecodeError",
    "PicklingError",
    "StatisticsError",
    "TimeoutExpired",
    "UnpicklingError",
    "UnsupportedOperation",
    "error",  # of struct, zlib, re, ...
)


def _defined_in(module: object) -> set[str]:
    return {n for n, v in vars(module).items() if isinstance(v, type) and issubclass(v, BaseException)}


#: Exceptions that are not of a student's making. One that bears such a name tells no more than the name.
EXCEPTIONS = frozenset(
    _defined_in(builtins) | _defined_in(np.exceptions) | {"LinAlgError", "UFuncTypeError"} | set(_STANDARD_LIBRARY)
)


def exception_name(kind: str) -> str:
    """`kind` if it is the name of a well-known exception; else that it is none."""
    return kind if kind in EXCEPTIONS else "An exception of your own class"


def known_line(line: str, sources: Mapping[str, bytes]) -> str:
    """`line` ("layers.py, line 12") if one of the files `sources` (path -> content) has that line; "" else.

    Code can be compiled under any file name and line number.
    """
    file, _, number = line.rpartition(", line ")
    if not (number.isascii() and number.isdigit() and len(number) < 8 and number == str(int(number))):
        return ""
    named = (text for path, text in sources.items() if path.rpartition("/")[2] == file)
    lengths = [1 + max(text.count(b"\n"), text.count(b"\r")) for text in named]
    # Python finds an unexpected end one line behind the last.
    return line if lengths and 1 <= int(number) <= max(lengths) + 1 else ""


def sentence(key: str, /, **parts: Any) -> str:
    """What is said in place of the sentence `key`."""
    return _fill(key, SENTENCES, HIDDEN_SENTENCES, parts)


def advice(key: str, /, **parts: Any) -> str:
    """What is said in place of the hint `key`."""
    return _fill(key, HINTS, HIDDEN_HINTS, parts)


def _fill(key: str, usual: Mapping[str, str], hidden: Mapping[str, str], parts: Mapping[str, Any]) -> str:
    """The hidden variant of `key`; if there is none, the usual text where it takes only trusted parts; the text
    that fits everything else."""
    text = hidden.get(key, usual[key] if key in usual and fields(usual[key]) <= TRUSTED else hidden[""])
    if "kind" in parts:
        parts = {**parts, "kind": exception_name(parts["kind"])}
    return fill(text, parts)


def fields(text: str) -> set[str]:
    """The names that `text` is filled in with."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}

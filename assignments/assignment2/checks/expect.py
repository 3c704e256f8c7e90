"""Collects what a check expects, part by part, and what it found instead.

A check never raises over a wrong result: it goes on, so that every part is judged, and partial credit is the
share of parts that were right everywhere. *Main* parts are what the item is about (`loss`, `dW`); *edge*
parts (one example, large scores, float32) count only once the main parts are right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import gradcheck, hidden
from .compare import Difference, close, close_to_any, difference
from .executor import CodeError
from .messages import hint, number, say
from .pictures import Picture, picture_of
from .student import Handle, WrongResult
from .values import Array

#: The share of an item's points that its edge parts carry together.
EDGE_SHARE = 0.3
#: What remains of an item's points when a call changed its inputs in place.
CHANGED_SHARE = 0.5
#: What remains of them where the task limits loops and the code has more.
LOOPS_SHARE = 0.5

#: Candidates for a recognised mistake: hint key -> what the wrong result would be (a list: any one of these).
Mistakes = Mapping[str, Any]

#: A message is cut here: names and texts in it are the student's, and may be of any length.
MAX_MESSAGE = 1000


def random_stream(name: str, seed: int) -> np.random.RandomState:
    """The random stream called `name`; NumPy keeps RandomState's streams as they are for ever."""
    digest = hashlib.sha256(f"{name}/{seed}".encode()).digest()
    return np.random.RandomState(np.frombuffer(digest, np.uint32))


@dataclass(frozen=True)
class Failure:
    """What went wrong in a part: a sentence, what to do about it, and the key of the hint; `visible` says whether on
    a case that students can see. Only then there may be a picture."""

    message: str
    hint: str = ""
    mistake: str = ""
    visible: bool = True
    picture: Picture | None = None


class Expect:
    """Judges values for one item over all its cases. `expect(value, "dW")` names what is judged."""

    def __init__(self, main: tuple[str, ...], edge: tuple[str, ...] = (), *, trust_reference: bool = True) -> None:
        self.main, self.edge = main, edge
        self.trust_reference = trust_reference
        self.failures: dict[str, Failure] = {}
        self.seen: set[str] = set()
        self.changed: Failure | None = None
        self.loops: Failure | None = None
        self._within: str | None = None
        self._otherwise = ""
        self.start(0, visible=True, item="")

    def start(self, seed: int, *, visible: bool, item: str) -> np.random.RandomState:
        """Begin a case: `visible` says whether students can see it. Returns the stream of its random inputs."""
        self.visible = visible
        self.confirmed: set[tuple[str, str]] = set()
        self._stream = item, seed
        return random_stream(item, seed)

    def __call__(self, value: Any, name: str) -> Expectation:
        """An expectation on `value`, called `name` in messages; it belongs to the part of that name, if there
        is one, or to the part whose `with` block it stands in, or to the item's first part."""
        part = self._within or (name if name in self.main + self.edge else self.main[0])
        self.seen.add(part)
        return Expectation(self, value, name, part)

    @contextmanager
    def part(self, name: str, otherwise: str = "") -> Iterator[np.random.RandomState]:
        """Everything expected inside the block belongs to the part `name`; code that raises fails it.

        Gives the block a random stream of its own, so that its inputs do not depend on what came before.
        `otherwise` is the hint's key for what fails inside and is not one of the item's own known mistakes.
        """
        if name not in self.main + self.edge:
            raise LookupError(f"part {name!r} is not declared")
        self._within, self._otherwise = name, otherwise
        self.seen.add(name)
        item, seed = self._stream
        try:
            yield random_stream(f"{item}/{name}", seed)
        except CodeError as error:
            if error.kind == "NotImplementedError":
                raise
            self.fail(name, self.raised(error, otherwise))
        finally:
            self._within, self._otherwise = None, ""

    def failure(self, sentence: str, advice: str = "", /, **parts: Any) -> Failure:
        """A failure in the words of the sentence and the hint of these keys.

        Of a case that students cannot see, it tells nothing that the code under test has chosen: all failures come
        from here, and `hidden` says what may be filled in then.
        """
        if self.visible:
            text = hint(advice, **parts) if advice else ""
            return Failure(say(sentence, **parts)[:MAX_MESSAGE], text[:MAX_MESSAGE], advice)
        text = hidden.advice(advice or sentence, **parts)  # what to try, where there is no hint that fits
        return Failure(hidden.sentence(sentence, **parts), text, advice, visible=False)

    def raised(self, error: CodeError, otherwise: str = "") -> Failure:
        """The failure for an exception that the student's code raised; `otherwise` is the hint's key where the
        exception itself gives no better one."""
        if isinstance(error, WrongResult):
            return self.failure(error.sentence, "type", **error.parts)
        key = _advice_on(error)
        if otherwise and key in ("raised", "unequal_shapes"):
            key = otherwise
        text = error.text.partition("\n")[0] or "no message"
        sentence = "raised" if error.line else "raised_nowhere"
        module = error.text.partition("'")[2].partition("'")[0] or "It"
        return self.failure(sentence, key, kind=error.kind, text=text, line=error.line, module=module)

    def fail(self, part: str, failure: Failure) -> None:
        """Record `failure` for `part`; the first one stays."""
        self.seen.add(part)
        self.failures.setdefault(part, failure)

    def that(self, fact: bool, part: str, sentence: str, hint_key: str = "", **parts: Any) -> bool:
        """Expect `fact`, a plain bool; otherwise `part` fails with the sentence and the hint of these keys."""
        if type(fact) is not bool:  # an array of several says neither yes nor no
            raise TypeError(f"{sentence}: expected True or False, got {type(fact).__name__}")
        self.seen.add(part)
        if not fact:
            self.fail(part, self.failure(sentence, hint_key, **parts))
        return fact

    def unpack(self, value: Any, names: str) -> tuple[Any, ...]:
        """`value` as the tuple that the function should return (`names`: "loss dW"); raise `WrongResult` else."""
        expected = names.split()
        if isinstance(value, Handle) and value._id.type_name == "list":
            value = tuple(value)
        if type(value) is not tuple or len(value) != len(expected):
            got = f"a tuple of {len(value)}" if type(value) is tuple else _kind(value)
            raise WrongResult("returns", name="It", expected=f"({', '.join(expected)})", got=got)
        return value

    def fraction(self) -> float:
        """The share of the points that were earned, from 0 to 1."""
        right = {part for part in self.main + self.edge if part in self.seen and part not in self.failures}
        mains = sum(part in right for part in self.main) / len(self.main)
        if not self.edge:
            share = mains
        elif mains < 1:
            share = mains * (1 - EDGE_SHARE)
        else:
            share = 1 - EDGE_SHARE + EDGE_SHARE * sum(part in right for part in self.edge) / len(self.edge)
        return share * (CHANGED_SHARE if self.changed else 1.0) * (LOOPS_SHARE if self.loops else 1.0)

    def first_failure(self) -> Failure | None:
        """The failure that a student should look at first: of those alike, one that the student can reproduce."""
        mains, edges = (
            sorted((self.failures[part] for part in parts if part in self.failures), key=lambda f: not f.visible)
            for parts in (self.main, self.edge)
        )
        return next((failure for failure in (*mains, self.loops, *edges, self.changed) if failure), None)


@dataclass(frozen=True)
class Expectation:
    """What can be expected of one value."""

    expect: Expect
    value: Any
    name: str
    part: str

    def close_to(
        self,
        expected: Any,
        *,
        mistakes: Callable[[], Mistakes] | None = None,
        count: int | None = None,
        rtol: float | None = None,
        any_dtype: bool = False,
        otherwise: str = "",
        nonfinite: str = "",
    ) -> bool:
        """Expect the shape, dtype and values of `expected`.

        If they differ, the mistake is looked for among `mistakes()` (hint key -> the result that the mistake
        gives) and the common ones: a constant factor, sums instead of means over `count` examples, a transposed or
        permuted array. `otherwise` is the hint's key when none is recognised,
        `nonfinite` when there are NaN or infinite elements.
        """
        found = difference(self.value, expected, rtol=rtol, any_dtype=any_dtype)
        if found is None:
            self.expect.confirmed.add((self.part, self.name))
            return True
        circumstance = self.expect._otherwise
        if found.kind == "nonfinite" and nonfinite:
            circumstance = nonfinite
        key, parts = _recognise(found, self.value, np.asarray(expected), count, mistakes, otherwise, circumstance)
        sentence, details = _difference(found)
        failure = self.expect.failure(sentence, key, name=self.name, **details, **parts)
        if failure.visible:
            failure = replace(failure, picture=picture_of(found, self.name))
        self.expect.fail(self.part, failure)
        return False

    def gradient_of(
        self,
        forward: Callable[[Array], Any],
        at: Array,
        upstream: Array | float,
        rng: np.random.RandomState,
        h: float = gradcheck.STEP,
    ) -> bool:
        """Expect `value` to be the gradient of `sum(forward(x) * upstream)` at `at`, along a random direction.

        `forward` calls the student's own forward pass. What is found goes with an earlier failure of the part,
        as advice where to look. A value that was found close to the reference's stays right: if the forward pass
        does not fit it, the forward pass is wrong, and that is judged where it belongs. (Unless the reference itself is
        on trial: then nothing but the numerical gradient counts.)
        """
        direction = rng.standard_normal(at.shape)
        if difference(self.value, at, rtol=np.inf) is not None:
            return self._gradient_failed()
        numeric = gradcheck.slope(forward, at, direction, upstream, h)
        right = gradcheck.agrees(np.asarray(self.value), numeric, direction)
        if self.expect.trust_reference and (self.part, self.name) in self.expect.confirmed:
            return right
        earlier = self.expect.failures.get(self.part)
        if earlier is not None:
            if not earlier.mistake:
                key = "own_forward" if right else "not_own_forward"
                self.expect.failures[self.part] = replace(earlier, hint=hint(key), mistake=key)
            return right
        return right or self._gradient_failed()

    def _gradient_failed(self) -> bool:
        self.expect.fail(self.part, self.expect.failure("gradient", "not_own_forward", name=self.name))
        return False


#: How NumPy's messages about shapes that do not fit begin or end.
_UNEQUAL_SHAPES = ("broadcast", "matmul: ", "not aligned", "shape mismatch", "cannot reshape")


def _advice_on(error: CodeError) -> str:
    """The key of the hint for an exception."""
    if error.kind in ("SyntaxError", "IndentationError", "TabError"):
        return "syntax"
    if error.kind in ("ModuleNotFoundError", "ImportError") and error.line:
        return "missing_module"
    if error.kind == "ValueError" and any(sign in error.text for sign in _UNEQUAL_SHAPES):
        return "unequal_shapes"
    if error.kind == "AttributeError" and error.text.startswith("module "):
        return "attribute"
    return "raised"


def _difference(found: Difference) -> tuple[str, dict[str, Any]]:
    """The key of the sentence about a difference, and what fills it in."""
    if found.kind == "type":
        return "type", {"expected": found.expected, "got": _kind(found.got)}
    if found.kind in ("shape", "dtype"):
        return found.kind, {"expected": found.expected, "got": found.got}
    key = "values_scalar" if found.kind == "values" and not found.index else found.kind
    return key, {
        "index": f"[{', '.join(map(str, found.index))}]" if found.index else "",
        "got": number(found.got),
        "expected": number(found.expected),
        "count": found.count,
        "size": found.size,
    }


def _kind(value: Any) -> str:
    """What `value` is, in words. Its own text is not asked for: it may take minutes to write."""
    if isinstance(value, Handle):
        return repr(value)
    return f"ndarray of shape {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__


def _recognise(
    found: Difference,
    value: Any,
    expected: Array,
    count: int | None,
    mistakes: Callable[[], Mistakes] | None,
    otherwise: str,
    circumstance: str,
) -> tuple[str, dict[str, Any]]:
    """The key of the hint for the mistake that explains the difference, and what fills the hint in."""
    if found.kind == "type":
        return "type", {}
    got = np.asarray(value)
    if found.kind == "dtype":
        return ("integer_dtype" if expected.dtype.kind in "iu" else "dtype"), {}
    for key, wrong in (mistakes() if mistakes else {}).items():
        if close_to_any(got, wrong):
            return key, {}
    if circumstance:
        return circumstance, {}
    if found.kind == "shape":
        if got.ndim == 2 and got.shape == expected.shape[::-1] and close(got.T, expected):
            return "transposed", {}
        if got.size == expected.size and close(got.reshape(expected.shape), expected):
            return "reshaped", {}
        return otherwise or "shape", {}
    if found.kind == "nonfinite":
        return otherwise or "nonfinite", {}
    if expected.dtype.kind != "f":
        return ("zeros" if got.size > 1 and not got.any() else otherwise), {}
    return _general_mistake(got.astype(float), expected.astype(float), count) or (otherwise, {})


def _general_mistake(got: Array, expected: Array, count: int | None) -> tuple[str, dict[str, Any]] | None:
    if not got.any():
        return "zeros", {}
    weight = float(np.sum(expected * expected))
    factor = float(np.sum(got * expected)) / weight if weight else 0.0
    if factor and close(got, factor * expected):
        named: dict[str, float] = {"sign": -1.0, "twice": 2.0, "half": 0.5}
        if count is not None and count > 2:
            named |= {"sum_not_mean": float(count), "divided_twice": 1.0 / count}
        for key, common in named.items():
            if abs(factor / common - 1) < 1e-6:
                return key, {}
        # A lone number is always "the expected one times something": no news, so nothing is said.
        return ("constant_factor", {"factor": factor}) if got.ndim else None
    if got.ndim and got.size > 1:
        offset = float(np.mean(got - expected))
        if close(got - offset, expected):
            return "constant_offset", {"offset": offset}
        if got.ndim == 2 and got.shape[0] == got.shape[1] and close(got.T, expected):
            return "transposed_values", {}
        if close(np.sort(got, axis=None), np.sort(expected, axis=None)):
            return "permuted", {}
    return None

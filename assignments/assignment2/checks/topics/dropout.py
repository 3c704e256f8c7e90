"""Dropout, judged by its law: no mask is the right one.

A share of independent draws is farther from its probability p than `_bound(n)` for n draws with a probability of at
most `ALARM`, whatever p and n are (Hoeffding's inequality). At most a dozen shares are judged in a case and there are
three cases, so a right solution fails by chance with a probability below 1e-9.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..compare import difference
from ..expect import Expect
from ..inputs import single
from ..registry import item
from ..student import Code, WrongResult, other_draws
from ..values import Array

ALARM = 1e-11


def _bound(draws: int) -> float:
    """How far the share of successes among so many independent draws may be from their probability."""
    return math.sqrt(math.log(2 / ALARM) / (2 * draws))


def _draw_p(rng: np.random.RandomState) -> float:
    """A probability of keeping that is not that of dropping."""
    return float(rng.choice([rng.uniform(0.2, 0.35), rng.uniform(0.65, 0.8)]))


def _away_from_zero(rng: np.random.RandomState, *shape: int) -> Array:
    """Numbers of either sign, none of them 0: where an output is 0, it was dropped."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2.0, shape)


def _train(p: float, **settings: Any) -> dict[str, Any]:
    return {"mode": "train", "p": p, **settings}


@item(
    "dropout_forward",
    module="layers",
    main=("out", "mask", "test mode"),
    edge=("any shape", "seed", "p = 1", "zeros", "float32"),
)
def dropout_forward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Output of dropout: what it keeps, how that is scaled, and what it does in testing."""

    def drop(x: Array, settings: dict[str, Any]) -> Any:
        return expect.unpack(student.layers.dropout_forward(x, settings), "out cache")[0]

    def kept_of(out: Any, x: Array, p: float) -> Array | None:
        """Which elements were kept, where the output is to be x / p; None if `out` is no such array."""
        if not expect(out, "out").close_to(x, rtol=np.inf):
            return None
        kept: Array = np.asarray(out) != 0

        def mistakes() -> dict[str, Any]:
            known = {
                "dropout_nothing_dropped": x,
                "dropout_unscaled": np.where(kept, x, 0),
                "dropout_multiplied_by_p": np.where(kept, x * p, 0),
                "dropout_mask_returned": [np.where(kept, 1 / p, 0), np.where(kept, 1, 0)],
            }
            return known if p == 1 else {**known, "dropout_scaled_by_dropped": np.where(kept, x / (1 - p), 0)}

        right = np.where(kept, x / p, 0).astype(x.dtype)
        expect(out, "out").close_to(right, mistakes=mistakes, otherwise="dropout_values")
        return kept

    def share(part: str, marks: Array, right: float, key: str) -> bool:
        """Judge how many of `marks`, results of independent draws, are true."""
        got = float(np.mean(marks))
        return expect.that(abs(got - right) <= _bound(marks.size), part, key, key, got=got, expected=right)

    def judge_mask(part: str, kept: Array, x: Array, p: float) -> bool:
        """Judge whether each element is kept with the probability p, whatever it is and whatever its neighbours do."""
        # Pairs of neighbours, each element in one pair along each axis.
        pairs = []
        for axis, length in enumerate(kept.shape):
            lines = np.moveaxis(kept, axis, 0)[: length // 2 * 2]
            pairs.append(lines[::2] == lines[1::2])
        found = float(np.mean(kept))
        together = max(float(np.mean(marks)) for marks in pairs)
        independent = found * found + (1 - found) * (1 - found)
        # Whole rows tell first, because of few rows another share than p is kept: by more than both bounds allow.
        if together > independent + 0.1:
            key = "dropout_together"
            return expect.that(False, part, key, key, got=together, expected=independent)
        if abs(found - (1 - p)) <= _bound(kept.size):
            return expect.that(False, part, "dropout_share", "dropout_p_swapped", got=found, expected=p)
        if not share(part, kept, p, "dropout_share"):
            return False
        if not all(share(part, kept[side], p, "dropout_by_value") for side in (x > 0, np.abs(x) > 1)):
            return False
        return all(share(part, marks, p * p + (1 - p) * (1 - p), "dropout_together") for marks in pairs)

    p = _draw_p(rng)
    same = p * p + (1 - p) * (1 - p)
    x = _away_from_zero(rng, 200, 150)
    expect.seen |= {"out", "mask"}
    kept = kept_of(drop(x, _train(p)), x, p)
    if kept is None:
        expect.fail("mask", expect.failures["out"])  # for want of an output, nothing is known of its mask
    elif judge_mask("mask", kept, x, p):
        with other_draws(student, 1):
            again = kept_of(drop(x, _train(p)), x, p)
        if again is not None:
            share("mask", kept == again, same, "dropout_same_mask")

    with expect.part("test mode", otherwise="dropout_test_mode") as rng:
        x, p = _away_from_zero(rng, 6, 5), _draw_p(rng)

        def mistakes(x: Array = x, p: float = p) -> dict[str, Any]:
            return {"dropout_scaled_in_testing": [x * p, x / p, x * (1 - p)]}

        expect(drop(x, {"mode": "test", "p": p}), "out").close_to(x, mistakes=mistakes)
    with expect.part("any shape", otherwise="dropout_any_shape") as rng:
        x, p = _away_from_zero(rng, 10, 4, 20, 20), _draw_p(rng)
        kept = kept_of(drop(x, _train(p)), x, p)
        if kept is not None:
            judge_mask("any shape", kept, x, p)
        x = _away_from_zero(rng, 7)
        kept_of(drop(x, _train(p)), x, p)
    with expect.part("seed", otherwise="dropout_seed") as rng:
        x, p = _away_from_zero(rng, 80, 60), _draw_p(rng)
        masks = []
        for number, seed in enumerate((7, 7, rng.randint(8, 10**6))):
            with other_draws(student, number):
                masks.append(kept_of(drop(x, _train(p, seed=int(seed))), x, p))
        one, two, other = masks
        if one is not None and two is not None and other is not None:
            same = p * p + (1 - p) * (1 - p)
            if expect.that(bool(np.array_equal(one, two)), "seed", "dropout_seed_ignored", "dropout_seed_ignored"):
                share("seed", one == other, same, "dropout_seed_constant")
    with expect.part("p = 1", otherwise="dropout_p_one") as rng:
        x = _away_from_zero(rng, 4, 5)
        expect(drop(x, _train(1.0)), "out").close_to(x)
    with expect.part("zeros", otherwise="dropout_zeros") as rng:
        x, p = _away_from_zero(rng, 40, 30) * (rng.random_sample((40, 30)) < 0.5), _draw_p(rng)
        kept_of(drop(x, _train(p)), x, p)
    with expect.part("float32", otherwise="float32") as rng:
        x, p = single(_away_from_zero(rng, 40, 30)), _draw_p(rng)
        kept_of(drop(x, _train(p)), x, p)


@item(
    "dropout_backward",
    module="layers",
    main=("dx", "test mode"),
    edge=("any shape", "zeros", "second call", "p = 1", "float32"),
    needs=("dropout_forward",),
)
def dropout_backward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Gradient of dropout, by the mask of the student's own forward pass."""
    theirs = student.layers

    def drop(x: Array, settings: dict[str, Any]) -> tuple[Array, Any]:
        """Output and cache of the forward pass."""
        out, cache = expect.unpack(theirs.dropout_forward(x, settings), "out cache")
        if difference(out, x, rtol=np.inf) is not None:
            raise WrongResult("dropout_no_output")
        return np.asarray(out), cache

    def judge(dout: Array, cache: Any, mask: Array, calls: int = 1, out: Array | None = None) -> None:
        with other_draws(student, 1):  # else a mask drawn anew would be the one of the forward pass
            for _ in range(calls):
                dx = theirs.dropout_backward(dout, cache)
        kept = mask != 0

        def mistakes() -> dict[str, Any]:
            known: dict[str, Any] = {} if out is None else {"dropout_mask_from_out": np.where(out != 0, dout * mask, 0)}
            known |= {
                "dropout_mask_unused": dout,
                "dropout_backward_unscaled": np.where(kept, dout, 0),
                "dropout_mask_twice": dout * mask * mask,
                "dropout_mask_inverted": [np.where(kept, 0, dout), np.where(kept, 0, dout * np.max(mask))],
                "dropout_dout_missing": [mask, np.where(kept, 1, 0)],
                "dropout_divided": np.where(kept, dout / np.where(kept, mask, 1), 0),
            }
            if difference(dx, dout, rtol=np.inf, any_dtype=True) is None:
                passed = np.asarray(dx) != 0
                known["dropout_new_mask"] = [np.where(passed, dout * np.max(mask), 0), np.where(passed, dout, 0)]
            return known

        expect(dx, "dx").close_to((dout * mask).astype(dout.dtype), mistakes=mistakes)

    def trained(x: Array, dout: Array, p: float, calls: int = 1) -> None:
        out, cache = drop(x, _train(p))
        judge(dout, cache, out / x, calls)

    x, dout = _away_from_zero(rng, 20, 15), _away_from_zero(rng, 20, 15)
    trained(x, dout, _draw_p(rng))
    with expect.part("test mode", otherwise="dropout_test_mode") as rng:
        x, dout, p = _away_from_zero(rng, 6, 5), _away_from_zero(rng, 6, 5), _draw_p(rng)
        _, cache = drop(x, {"mode": "test", "p": p})
        expect(theirs.dropout_backward(dout, cache), "dx").close_to(
            dout, mistakes=lambda: {"dropout_scaled_in_testing": [dout * p, dout / p, dout * (1 - p)]}
        )
    with expect.part("any shape", otherwise="dropout_any_shape") as rng:
        trained(_away_from_zero(rng, 3, 2, 4, 5), _away_from_zero(rng, 3, 2, 4, 5), _draw_p(rng))
        trained(_away_from_zero(rng, 9), _away_from_zero(rng, 9), _draw_p(rng))
    with expect.part("zeros", otherwise="dropout_mask_from_out") as rng:
        # Where x is 0, its output does not tell whether it was kept; the same seed on ones does.
        settings = _train(_draw_p(rng), seed=int(rng.randint(1, 10**6)))
        x, dout = np.where(rng.random_sample((20, 15)) < 0.5, 0.0, 1.5), _away_from_zero(rng, 20, 15)
        mask, _ = drop(np.ones(x.shape), settings)
        out, cache = drop(x, settings)
        judge(dout, cache, mask, out=out)
    with expect.part("second call", otherwise="dropout_second_call") as rng:
        trained(_away_from_zero(rng, 8, 7), _away_from_zero(rng, 8, 7), _draw_p(rng), calls=2)
    with expect.part("p = 1", otherwise="dropout_p_one") as rng:
        trained(_away_from_zero(rng, 4, 5), _away_from_zero(rng, 4, 5), 1.0)
    with expect.part("float32", otherwise="float32") as rng:
        trained(single(_away_from_zero(rng, 20, 15)), single(_away_from_zero(rng, 20, 15)), _draw_p(rng))

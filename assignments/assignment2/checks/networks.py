"""What the checks of all networks have in common: names, the law of initial weights, and the regularised loss."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np

from .expect import Expect
from .student import Handle
from .values import Array

#: How far a sample's moment may be from the law's, in standard errors; chance exceeds this once in 10^6 draws.
SIGMAS = 5.0
#: The same for the fourth moment from above: of a thousand numbers a few large ones bring it 7 standard errors up.
SIGMAS_OF_TAILS = 10.0


def keys_of(handle: Handle) -> list[str]:
    """The names in a dict, in order."""
    return sorted(key for key in handle if isinstance(key, str))


def kind_of(name: str) -> str:
    """The beginning of a parameter's name: "gamma" of "gamma2"."""
    return name.rstrip("0123456789")


def well_formed(
    expect: Expect,
    params: Handle,
    shapes: dict[str, tuple[int, ...]],
    dtype: str,
    parts: dict[str, str],
    names: str,
    advice: str = "param_shapes",
) -> dict[str, Array]:
    """Judge names, shapes and dtype of the parameters; return those that are right.

    `parts` maps names ("W1") or their beginnings ("W", "gamma") to the parts that they belong to, `names` is the part
    of the names; `advice` is the hint's key for a wrong shape.
    """
    there = keys_of(params)
    told = {"expected": ", ".join(shapes), "got": ", ".join(there) or "none"}
    expect.that(there == sorted(shapes), names, "params_names", "params_keys", **told)
    found = {}
    for name, shape in shapes.items():
        part, got = parts.get(name) or parts[kind_of(name)], params[name] if name in there else None
        if name not in there:
            expect.that(False, part, "params_names", "params_keys", **told)
        elif not isinstance(got, np.ndarray):
            expect.that(False, part, "param_missing", "param_missing", name=name, expected=shape)
        elif got.shape != shape:
            expect.that(False, part, "shape", advice, name=f"self.params['{name}']", got=got.shape, expected=shape)
        elif got.dtype.name != dtype:
            advice = "param_dtype" if got.dtype.kind != "f" else "param_precision"
            expect.that(False, part, "dtype", advice, name=f"self.params['{name}']", got=got.dtype, expected=dtype)
        else:
            found[name] = got
    return found


def judge_law(expect: Expect, name: str, w: Array, scale: float, part: str = "") -> None:
    """Judge whether the elements of `w` look like draws of a normal law with mean 0 and standard deviation `scale`, for
    the part `part`, or the one of this name."""
    part = part or name
    if not np.isfinite(w).all():
        expect.that(False, part, "weights_nonfinite", "nonfinite", name=name)
        return
    if np.ptp(w) == 0:
        expect.that(False, part, "weights_constant", "weights_constant", name=name)
        return
    mean, spread = float(w.mean()), float(w.std())
    # The fourth moment tells the law: 3 for a normal one, 9/5 for a uniform one.
    kurtosis = float(np.mean(((w - mean) / spread) ** 4))
    root = math.sqrt(w.size)
    # Each comparison is put such that NaN fails it.
    if not math.isfinite(kurtosis):  # numbers so large that their moments overflow
        expect.that(False, part, "weights_law", "weights_law", name=name)
    elif not kurtosis >= 2.4:
        expect.that(False, part, "weights_law", "weights_uniform", name=name)
    elif not abs(mean) <= SIGMAS * spread / root:
        expect.that(False, part, "weights_mean", "weights_mean", name=name, got=mean)
    elif not abs(spread / scale - 1) <= SIGMAS / (math.sqrt(2) * root):
        key = "weights_unscaled" if abs(spread - 1) < SIGMAS / root else "weights_spread"
        expect.that(False, part, "weights_spread", key, name=name, got=spread, expected=scale)
    elif not -SIGMAS <= (kurtosis - 3) * root / math.sqrt(24) <= SIGMAS_OF_TAILS:
        expect.that(False, part, "weights_law", "weights_law", name=name)


def judge_filled(expect: Expect, part: str, name: str, value: Array, right: float) -> None:
    """Judge whether all elements of `value` are `right`, 0 or 1."""
    sentence = "biases" if right == 0 else "param_ones"
    expect.that(bool((value == right).all()), part, sentence, "biases" if name[0] == "b" else sentence, name=name)


def judge_loss(
    expect: Expect, loss: Any, right: Any, values: dict[str, Array], reg: float, n: int, **more: Any
) -> None:
    """Judge the loss of a network with the parameters `values`; `more` are mistakes in its layers."""

    def mistakes() -> dict[str, Any]:
        penalties = {name: 0.5 * reg * float(np.sum(value * value)) for name, value in values.items()}
        groups = {kind: sum(v for k, v in penalties.items() if kind_of(k) == kind) for kind in _kinds(values)}
        weights = [name for name in values if name[0] == "W"]
        data = right - groups["W"]
        some = [part for size in range(1, len(weights)) for part in combinations(weights, size)]
        return {
            "net_loss_without_reg": data,
            "net_reg_without_half": data + 2 * groups["W"],
            "net_reg_some": [data + sum(penalties[name] for name in part) for part in some],
            "net_reg_biases": right + groups["b"],
            "net_reg_scales": [
                right + sum(groups.get(kind, 0.0) for kind in kinds) for kinds in (("gamma",), ("gamma", "beta"))
            ],
            "sum_not_mean": n * data + groups["W"],
            "reg_divided": data + groups["W"] / n,
        }

    both = {key: value for key, value in more.items() if value is not None}
    expect(loss, "loss").close_to(right, mistakes=lambda: {**both, **(mistakes() if reg else {})}, count=n)


def _kinds(values: dict[str, Array]) -> list[str]:
    return list(dict.fromkeys(map(kind_of, values)))


def judge_gradient(
    expect: Expect, name: str, value: Any, right: Array, at: Array, reg: float, n: int, **more: Any
) -> None:
    """Judge the gradient of a network's loss with respect to the parameter `name`, which is `at`; `more` are mistakes
    in its layers."""

    def mistakes() -> dict[str, Any]:
        if name[0] != "W":
            key = "net_reg_biases" if kind_of(name) == "b" else "net_reg_scales"
            return {key: [right + reg * at, right + 2 * reg * at]}
        data = right - reg * at
        return {
            "net_gradient_without_reg": data,
            "net_reg_gradient_doubled": data + 2 * reg * at,
            "net_reg_gradient_halved": data + 0.5 * reg * at,
            "sum_not_mean": n * data + reg * at,
            "reg_divided": data + reg * at / n,
        }

    expect(value, f"grads['{name}']").close_to(right, mistakes=lambda: {**more, **(mistakes() if reg else {})}, count=n)


def softmax_loss(scores: Array, y: Array) -> float:
    """The mean cross-entropy of scores (N, C)."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]))

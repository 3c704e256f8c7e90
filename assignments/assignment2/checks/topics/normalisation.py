"""Batch and layer normalisation: outputs, running averages, gradients."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..expect import Expect
from ..inputs import distinct, fortran, single
from ..registry import item
from ..student import Code, Handle, an_object, hold
from ..values import Array

#: A mean so far from 0, where deviations are of order one, that E[x^2] - mean^2 keeps one digit of the variance. The
#: deviations from the mean keep nine.
OFFSET = 1e7
#: What eps and momentum are where they are not given.
EPS, MOMENTUM = 1e-5, 0.9

_Table = dict[str, Any]


def _inputs(rng: np.random.RandomState, n: int, d: int) -> tuple[Array, Array, Array]:
    """A batch (n, d) whose features differ in mean and spread, scales (d,) and shifts (d,)."""
    spread, mean = rng.uniform(0.3, 2.0, d), rng.uniform(1.0, 3.0, d) * rng.choice([-1.0, 1.0], d)
    return mean + spread * rng.standard_normal((n, d)), rng.uniform(0.5, 2.0, d), rng.standard_normal(d)


def _running(rng: np.random.RandomState, d: int) -> dict[str, Array]:
    """Running averages as they may be after some batches."""
    return {"running_mean": rng.standard_normal(d), "running_var": rng.uniform(0.5, 3.0, d)}


def _forward_mistakes(x: Array, gamma: Array, beta: Array, eps: float, axis: int) -> _Table:
    """Mistakes in normalising `x` along `axis` by its own mean and variance."""
    x, gamma, beta = (value.astype(np.float64) for value in (x, gamma, beta))
    count = x.shape[axis]

    def scaled(x_hat: Any) -> Any:
        return gamma * x_hat + beta

    def normalised(axis: int | None) -> Any:
        centred = x - x.mean(axis=axis, keepdims=True)
        return centred / np.sqrt(np.mean(centred**2, axis=axis, keepdims=True) + eps)

    centred = x - x.mean(axis=axis, keepdims=True)
    var = np.mean(centred**2, axis=axis, keepdims=True)
    x_hat = normalised(axis)
    known = {
        "norm_axis": [scaled(normalised(1 - axis)), scaled(normalised(None))],
        "norm_eps_outside": scaled(centred / (np.sqrt(var) + eps)),
        "norm_eps_missing": scaled(centred / np.sqrt(var)),
        "norm_root_missing": scaled(centred / (var + eps)),
        "norm_mean_missing": scaled(x / np.sqrt(var + eps)),
        "norm_second_moment": scaled(centred / np.sqrt(np.mean(x * x, axis=axis, keepdims=True) + eps)),
        "norm_gamma_missing": x_hat + beta,
        "norm_beta_missing": gamma * x_hat,
        "norm_plain": x_hat,
        "norm_not_scaled": scaled(centred),
    }
    if count > 1:
        known["norm_unbiased"] = scaled(centred / np.sqrt(var * count / (count - 1) + eps))
    if eps != EPS:
        known["norm_eps_fixed"] = scaled(centred / np.sqrt(var + EPS))
    return known


def _backward_mistakes(
    x: Array, gamma: Array, beta: Array, eps: float, dout: Array, axis: int
) -> tuple[_Table, _Table, _Table]:
    """Mistakes in the gradients of a normalisation of `x` along `axis`: of dx, dgamma and dbeta."""
    x, gamma, beta, dout = (value.astype(np.float64) for value in (x, gamma, beta, dout))
    n, count = len(x), x.shape[axis]

    def mean(value: Any) -> Any:
        return value.mean(axis=axis, keepdims=True)

    centred = x - mean(x)
    inv_std = 1 / np.sqrt(mean(centred**2) + eps)
    x_hat = centred * inv_std
    g = dout * gamma

    def dx(g: Array, by_mean: float = 1.0, by_var: float = 1.0) -> Any:
        return inv_std * (g - by_mean * mean(g) - by_var * x_hat * mean(g * x_hat))

    right = dx(g)
    by_x = {
        "norm_mean_path": dx(g, by_mean=0.0),
        "norm_var_path": dx(g, by_var=0.0),
        "norm_both_paths": dx(g, 0.0, 0.0),
        "norm_path_sign": [dx(g, by_mean=-1.0), dx(g, by_var=-1.0), dx(g, -1.0, -1.0)],
        "norm_var_factor": [dx(g, by_var=2.0), dx(g, by_var=0.5)],
        "norm_path_sums": [dx(g, by_mean=count), dx(g, by_var=count), dx(g, count, count)],
        "norm_dx_gamma_missing": dx(dout),
        "norm_dx_averaged": [right / n, right / count],
    }
    if axis:
        by_x["ln_gamma_outside"] = gamma * dx(dout)
        by_x["ln_divided_by_n"] = [dx(g, count / n, count / n), dx(g, 1.0, count / n), dx(g, count / n, 1.0)]
        by_x["ln_backward_axis"] = inv_std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    by_gamma, by_beta = dout * x_hat, dout
    return (
        by_x,
        {
            "norm_dgamma_from_x": np.sum(dout * x, axis=0),
            "norm_dgamma_from_centred": np.sum(dout * centred, axis=0),
            "norm_dgamma_from_out": np.sum(dout * (gamma * x_hat + beta), axis=0),
            "norm_dgamma_is_dbeta": np.sum(dout, axis=0),
            "norm_dgamma_times_gamma": np.sum(g * x_hat, axis=0),
            **_not_summed(by_gamma),
        },
        {"norm_dbeta_times_gamma": np.sum(g, axis=0), **_not_summed(by_beta)},
    )


def path_mistakes(x: Array, gamma: Array, beta: Array, dout: Array) -> dict[str, list[Array]]:
    """Mistakes in the gradient dx of a normalisation of the rows of `x`, in the ways from x to the output."""
    by_x, _, _ = _backward_mistakes(x, gamma, beta, EPS, dout, 1)
    keys = ("norm_mean_path", "norm_var_path", "norm_path_sign", "norm_var_factor", "norm_path_sums")
    wrong = {key: by_x[key] for key in (*keys, "norm_dx_gamma_missing")}
    return {key: value if isinstance(value, list) else [value] for key, value in wrong.items()}


def _not_summed(terms: Array) -> _Table:
    """Mistakes in adding up `terms` (N, D) over the examples."""
    return {
        "batch_mean": terms.mean(axis=0),
        "norm_sum_axis": [terms.sum(axis=1), terms.sum(axis=1, keepdims=True), terms.mean(axis=1)],
        "norm_not_summed": terms,
    }


def _far_off(rng: np.random.RandomState, n: int, d: int) -> tuple[Array, Array, Array]:
    """Inputs of a normalisation whose mean is large, over the batch as over the features of each example."""
    x, gamma, beta = _inputs(rng, n, d)
    return x + OFFSET, gamma, beta


# ---- batch normalisation --------------------------------------------------------------------------------------


_AVERAGES = ("running_mean", "running_var")


def _updated(name: str, x: Array, settings: dict[str, Any]) -> _Table:
    """The mistake of bringing the running average `name` up to date with the batch `x`, in whatever way."""
    momentum, old = settings["momentum"], settings[name]
    batch = x.mean(axis=0) if name == "running_mean" else x.var(axis=0)
    mixed = [momentum * old + (1 - momentum) * batch, (1 - momentum) * old + momentum * batch, batch]
    return {"bn_updated_in_testing": mixed}


def _average_mistakes(name: str, x: Array, settings: dict[str, Any]) -> _Table:
    """Mistakes in the running average `name` after the batch `x`, with what `settings` held before."""
    old, momentum, eps, n = settings[name], settings["momentum"], settings["eps"], len(x)
    var = x.var(axis=0)
    batch = x.mean(axis=0) if name == "running_mean" else var

    def mixed(value: Any) -> Any:
        return momentum * old + (1 - momentum) * value

    known = {
        "bn_momentum_swapped": (1 - momentum) * old + momentum * batch,
        "bn_running_not_updated": old,
        "bn_running_replaced": batch,
        "bn_running_share_missing": [momentum * old + batch, old + (1 - momentum) * batch, old + batch],
        "bn_running_old_missing": (1 - momentum) * batch,
        "bn_momentum_fixed": MOMENTUM * old + (1 - MOMENTUM) * batch,
        "bn_running_normalised": mixed(0 * var if name == "running_mean" else var / (var + eps)),
    }
    if name == "running_var":
        known["bn_running_std"] = [mixed(np.sqrt(var)), mixed(np.sqrt(var + eps))]
        known["bn_running_eps"] = mixed(var + eps)
        known["bn_running_inverse"] = [mixed(1 / np.sqrt(var + eps)), mixed(1 / (var + eps))]
        if n > 1:
            known["bn_running_unbiased"] = mixed(var * n / (n - 1))
    return known


def _test_mistakes(x: Array, gamma: Array, beta: Array, settings: dict[str, Any]) -> _Table:
    """Mistakes in normalising `x` by the running averages in `settings`."""
    mean, var, eps = settings["running_mean"], settings["running_var"], settings["eps"]
    deviations = x - mean
    x_hat = deviations / np.sqrt(var + eps)
    own = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return {
        "bn_batch_in_testing": gamma * own + beta,
        "norm_eps_outside": gamma * deviations / (np.sqrt(var) + eps) + beta,
        "norm_eps_missing": gamma * deviations / np.sqrt(var) + beta,
        "norm_eps_fixed": gamma * deviations / np.sqrt(var + EPS) + beta,
        "norm_root_missing": gamma * deviations / (var + eps) + beta,
        "norm_gamma_missing": x_hat + beta,
        "norm_beta_missing": gamma * x_hat,
        "norm_plain": x_hat,
    }


@item(
    "batchnorm_forward",
    module="layers",
    main=("out", "running_mean", "running_var", "test mode"),
    edge=("default settings", "one example", "large mean", "float32", "memory layout"),
)
def batchnorm_forward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Output of batch normalisation, in training and in testing, and its running averages."""

    def prepare(settings: dict[str, Any]) -> tuple[Handle, Handle]:
        """Dicts with these settings, for both."""
        theirs, ours = (an_object(hold(code, settings), "bn_param", "a dict") for code in (student, reference))
        return theirs, ours

    def judge_output(x: Array, gamma: Array, beta: Array, params: tuple[Handle, Handle], known: _Table) -> None:
        out, _ = expect.unpack(student.layers.batchnorm_forward(x, gamma, beta, params[0]), "out cache")
        right, _ = reference.layers.batchnorm_forward(x, gamma, beta, params[1])
        expect(out, "out").close_to(right, mistakes=lambda: known)

    def train(values: tuple[Array, ...], settings: dict[str, Any]) -> tuple[Handle, Handle]:
        """Judge the output in training; return both dicts, for what was written into them."""
        x, gamma, beta = values
        params = prepare({"mode": "train", **settings})
        known = _forward_mistakes(x, gamma, beta, settings["eps"], 0)
        if "running_mean" in settings:
            deviations = x - settings["running_mean"]
            known["bn_running_in_training"] = gamma * deviations / np.sqrt(settings["running_var"] + settings["eps"])
            known["bn_running_in_training"] += beta
        judge_output(x, gamma, beta, params, known)
        return params

    def judge_average(name: str, params: tuple[Handle, Handle], mistakes: Callable[[], _Table] | None = None) -> None:
        right = params[1][name]
        expect(params[0][name], f"bn_param['{name}']").close_to(right, any_dtype=True, mistakes=mistakes)

    def draw(rng: np.random.RandomState) -> dict[str, Any]:
        return {"eps": float(rng.uniform(0.1, 0.5)), "momentum": float(rng.uniform(0.6, 0.85))}

    n, d = distinct(rng, 2)
    x, gamma, beta = _inputs(rng, n, d)
    settings = {**draw(rng), **_running(rng, d)}
    params = train((x, gamma, beta), settings)
    for name in _AVERAGES:
        with expect.part(name):
            judge_average(name, params, partial(_average_mistakes, name, x, settings))
    with expect.part("test mode", otherwise="bn_test_mode") as rng:
        n, d = distinct(rng, 2)
        for count in (n, 1):
            x, gamma, beta = _inputs(rng, count, d)
            settings = {**draw(rng), **_running(rng, d)}
            params = prepare({"mode": "test", **settings})
            judge_output(x, gamma, beta, params, _test_mistakes(x, gamma, beta, settings))
            for name in _AVERAGES:
                expect(params[0][name], f"bn_param['{name}']").close_to(
                    settings[name],
                    any_dtype=True,
                    mistakes=partial(_updated, name, x, settings),
                )
    with expect.part("default settings", otherwise="bn_default") as rng:
        _, gamma, beta = _inputs(rng, 1, 3)
        params = prepare({"mode": "train"})
        for count in (5, 4):
            judge_output(_inputs(rng, count, 3)[0], gamma, beta, params, {})
        for name in _AVERAGES:
            judge_average(name, params)
    with expect.part("one example", otherwise="single_example") as rng:
        params = train(_inputs(rng, 1, 4), {**draw(rng), **_running(rng, 4)})
        judge_average("running_var", params)
    with expect.part("large mean", otherwise="norm_cancellation") as rng:
        params = train(_far_off(rng, 6, 4), {"eps": 1e-5, "momentum": 0.75})
        judge_average("running_var", params)
    with expect.part("float32", otherwise="float32") as rng:
        train(tuple(map(single, _inputs(rng, 5, 4))), draw(rng))
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        train(fortran(*_inputs(rng, 5, 4)), draw(rng))


_GRADIENTS = ("dx", "dgamma", "dbeta")
_GRADIENT_EDGES = ("default settings", "second call", "float32", "memory layout")


def _judge_gradients(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    reference: tuple[Callable[..., Any], Callable[..., Any]],
    expect: Expect,
    rng: np.random.RandomState,
    axis: int,
) -> None:
    """Judge the backward pass of a normalisation along `axis`; `reference` are the right ones, forward and backward."""

    def settings(eps: float | None) -> dict[str, Any]:
        given: dict[str, Any] = {} if eps is None else {"eps": eps}
        return given if axis else {"mode": "train", **given}

    def judge(values: tuple[Array, ...], dout: Array, eps: float | None, calls: int = 1) -> tuple[Any, ...]:
        x, gamma, beta = values
        _, cache = reference[0](x, gamma, beta, settings(eps))
        rights = reference[1](dout, cache)
        _, cache = expect.unpack(forward(x, gamma, beta, settings(eps)), "out cache")
        for _ in range(calls):
            got = expect.unpack(backward(dout, cache), "dx dgamma dbeta")
        known = _backward_mistakes(x, gamma, beta, EPS if eps is None else eps, dout, axis)
        for value, name, right, table in zip(got, _GRADIENTS, rights, known, strict=True):
            expect(value, name).close_to(right, mistakes=partial(dict, table))
        return got

    n, d = distinct(rng, 2)
    values, dout, eps = _inputs(rng, n, d), rng.standard_normal((n, d)), float(rng.uniform(0.1, 0.5))
    got = judge(values, dout, eps)

    def forward_at(place: int, value: Array) -> Any:
        moved = [*values[:place], value, *values[place + 1 :]]
        return expect.unpack(forward(*moved, settings(eps)), "out cache")[0]

    for place, (value, name) in enumerate(zip(got, _GRADIENTS, strict=True)):
        expect(value, name).gradient_of(partial(forward_at, place), values[place], dout, rng)
    with expect.part("default settings", otherwise="norm_default_eps") as rng:
        judge(_inputs(rng, 6, 4), rng.standard_normal((6, 4)), None)
    with expect.part("second call", otherwise="norm_second_call") as rng:
        judge(_inputs(rng, 4, 5), rng.standard_normal((4, 5)), 0.25, calls=2)
    with expect.part("float32", otherwise="float32") as rng:
        judge(tuple(map(single, _inputs(rng, 5, 4))), single(rng.standard_normal((5, 4))), 0.25)
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        x, gamma, beta, dout = fortran(*_inputs(rng, 5, 6), rng.standard_normal((5, 6)))
        judge((x, gamma, beta), dout, 0.25)


@item("batchnorm_backward", module="layers", main=_GRADIENTS, edge=_GRADIENT_EDGES, needs=("batchnorm_forward",))
def batchnorm_backward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Gradients of batch normalisation, step by step."""
    theirs, ours = student.layers, reference.layers
    right = ours.batchnorm_forward, ours.batchnorm_backward
    _judge_gradients(theirs.batchnorm_forward, theirs.batchnorm_backward, right, expect, rng, 0)


@item(
    "batchnorm_backward_alt",
    module="layers",
    main=_GRADIENTS,
    edge=_GRADIENT_EDGES,
    needs=("batchnorm_forward",),
    forbid=("batchnorm_backward",),
)
def batchnorm_backward_alt(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Gradients of batch normalisation, by one formula for dx and without batchnorm_backward."""
    theirs, ours = student.layers, reference.layers
    right = ours.batchnorm_forward, ours.batchnorm_backward_alt
    _judge_gradients(theirs.batchnorm_forward, theirs.batchnorm_backward_alt, right, expect, rng, 0)


# ---- layer normalisation --------------------------------------------------------------------------------------


@item(
    "layernorm_forward",
    module="layers",
    main=("out",),
    edge=("default settings", "one example", "other examples", "large mean", "float32", "memory layout"),
)
def layernorm_forward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Output of layer normalisation."""

    def judge(values: tuple[Array, ...], eps: float | None) -> None:
        x, gamma, beta = values
        settings = {} if eps is None else {"eps": eps}
        out, _ = expect.unpack(student.layers.layernorm_forward(x, gamma, beta, settings), "out cache")
        right, _ = reference.layers.layernorm_forward(x, gamma, beta, settings)
        known = partial(_forward_mistakes, x, gamma, beta, EPS if eps is None else eps, 1)
        expect(out, "out").close_to(right, mistakes=known)

    n, d = distinct(rng, 2)
    judge(_inputs(rng, n, d), float(rng.uniform(0.1, 0.5)))
    with expect.part("default settings", otherwise="norm_default_eps") as rng:
        judge(_inputs(rng, 5, 4), None)
    with expect.part("one example", otherwise="single_example") as rng:
        judge(_inputs(rng, 1, 4), 0.25)
    with expect.part("other examples", otherwise="ln_other_examples") as rng:
        # One dict for all calls: whoever keeps averages in it, as batch normalisation does, is found out.
        x, gamma, beta = _inputs(rng, 5, 4)
        param = an_object(hold(student, {"eps": 0.25}), "ln_param", "a dict")
        for batch in (x, np.concatenate([x[:2], 3 + 2 * x[2:]]), x[:2]):
            out, _ = expect.unpack(student.layers.layernorm_forward(batch, gamma, beta, param), "out cache")
            right, _ = reference.layers.layernorm_forward(batch, gamma, beta, {"eps": 0.25})
            expect(out, "out").close_to(right)
    with expect.part("large mean", otherwise="norm_cancellation") as rng:
        judge(_far_off(rng, 4, 6), 1e-5)
    with expect.part("float32", otherwise="float32") as rng:
        judge(tuple(map(single, _inputs(rng, 5, 4))), 0.25)
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        judge(fortran(*_inputs(rng, 5, 4)), 0.25)


@item("layernorm_backward", module="layers", main=_GRADIENTS, edge=_GRADIENT_EDGES, needs=("layernorm_forward",))
def layernorm_backward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Gradients of layer normalisation."""
    theirs, ours = student.layers, reference.layers
    right = ours.layernorm_forward, ours.layernorm_backward
    _judge_gradients(theirs.layernorm_forward, theirs.layernorm_backward, right, expect, rng, 1)

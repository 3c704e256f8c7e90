"""The two-layer network: its initial parameters, its scores, loss and gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..expect import Expect
from ..inputs import distinct
from ..networks import judge_law
from ..registry import item
from ..student import Code, Handle, an_object, call
from ..values import Array

NAMES = ("W1", "b1", "W2", "b2")


def _network(code: Code, **settings: Any) -> tuple[Handle, Handle]:
    """A two-layer network and its dict of parameters; raise `WrongResult` if it has none."""
    net = an_object(code.classifiers.fc_net.TwoLayerNet(**settings), "TwoLayerNet")
    return net, an_object(net.params, "self.params", "a dict")


def _keys(handle: Handle) -> list[str]:
    return sorted(key for key in handle if isinstance(key, str))


# ---- parameters -----------------------------------------------------------------------------------------------


@item(
    "TwoLayerNet_init",
    module="classifiers.fc_net",
    function="__init__",
    main=("W1", "W2", "biases"),
    edge=("names", "default sizes", "one hidden unit"),
)
def two_layer_init(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Initial weights and biases of the two-layer network."""

    def well_formed(params: Handle, d: int, h: int, c: int, part: str = "") -> dict[str, Array]:
        """Judge names and shapes, for `part` or for the part of each; return the parameters that are right."""
        names = _keys(params)
        got_names = ", ".join(names) or "none"
        expect.that(names == sorted(NAMES), part or "names", "params_keys", "params_keys", got=got_names)
        shapes = {"W1": (d, h), "b1": (h,), "W2": (h, c), "b2": (c,)}
        found = {}
        for name in NAMES:
            where = part or (name if name[0] == "W" else "biases")
            expected, got = str(shapes[name]), params[name] if name in names else None
            if name not in names:
                expect.that(False, where, "params_keys", "params_keys", got=got_names)
            elif not isinstance(got, np.ndarray):
                expect.that(False, where, "param_missing", "param_missing", name=name, expected=expected)
            elif got.dtype.kind != "f":
                expect.that(False, where, "dtype", "param_dtype", name=name, got=got.dtype, expected="float64")
            elif got.shape != shapes[name]:
                expect.that(False, where, "shape", "param_shape", name=name, got=got.shape, expected=expected)
            else:
                found[name] = got
        return found

    d, h, c = 200 + rng.randint(20), 300 + rng.randint(20), 40 + rng.randint(10)
    scale = 0.01 * (1 + rng.random_sample())
    _, params = _network(student, input_dim=d, hidden_dim=h, num_classes=c, weight_scale=scale, reg=0.5)
    values = well_formed(params, d, h, c)
    for name in ("W1", "W2"):
        expect.seen.add(name)
        if name in values:
            judge_law(expect, name, values[name].astype(np.float64), scale)
    if "W1" in values and "W2" in values:
        first, second = values["W1"].ravel(), values["W2"].ravel()
        expect.that(not np.array_equal(first[: second.size], second), "W2", "weights_equal", "weights_equal")
    expect.seen.add("biases")
    for name in ("b1", "b2"):
        if name in values:
            expect.that(not values[name].any(), "biases", "biases", "biases", name=name)

    with expect.part("default sizes"):
        _, params = _network(student)
        well_formed(params, 3072, 100, 10, "default sizes")
    with expect.part("one hidden unit"):
        _, params = _network(student, input_dim=3, hidden_dim=1, num_classes=2)
        well_formed(params, 3, 1, 2, "one hidden unit")


# ---- scores, loss and gradients -------------------------------------------------------------------------------


@item(
    "TwoLayerNet_loss",
    module="classifiers.fc_net",
    function="loss",
    main=("scores", "loss", "grads['W1']", "grads['b1']", "grads['W2']", "grads['b2']"),
    edge=("names of the gradients", "images", "one example, two classes", "without regularisation"),
    needs=(
        "affine_forward",
        "relu_forward",
        "softmax_loss",
        "affine_backward",
        "relu_backward",
        "TwoLayerNet_init",
    ),
)
def two_layer_loss(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Scores, loss and gradients of the two-layer network."""

    def both(values: dict[str, Array], reg: float) -> tuple[Handle, Handle, Handle]:
        """The student's network, its parameters, and the reference's network, all with these values."""
        d, h = values["W1"].shape
        settings = {"input_dim": d, "hidden_dim": h, "num_classes": len(values["b2"]), "reg": reg}
        (net, params), (right, right_params) = _network(student, **settings), _network(reference, **settings)
        for name in NAMES:
            params[name] = values[name]
            right_params[name] = values[name]
        return net, params, right

    def judge(x: Array, y: Array, values: dict[str, Array], reg: float) -> None:
        """Judge loss and gradients."""
        net, _, right = both(values, reg)
        loss, grads = expect.unpack(call(net, "loss", x, y), "loss grads")
        right_loss, right_grads = right.loss(x, y)
        _judge_loss(expect, loss, right_loss, values, reg, len(x))
        for name, value in _gradients(expect, an_object(grads, "grads", "a dict")).items():
            _judge_gradient(expect, name, value, right_grads[name], values[name], reg, len(x))

    n, d, h, c = distinct(rng, 4)
    x, y, values = rng.standard_normal((n, d)), rng.randint(0, c, n), _parameters(rng, d, h, c)
    reg = 0.2 + rng.random_sample()
    net, params, right = both(values, reg)
    _judge_scores(expect, call(net, "loss", x), right.loss(x), x, values)
    right_loss, right_grads = right.loss(x, y)
    rights = {name: right_grads[name] for name in NAMES}

    loss, grads = expect.unpack(call(net, "loss", x, y), "loss grads")
    _judge_loss(expect, loss, right_loss, values, reg, n)
    found = _gradients(expect, an_object(grads, "grads", "a dict"))
    expect.that(
        _keys(grads) == sorted(NAMES),
        "names of the gradients",
        "grads_keys",
        "grads_keys",
        got=", ".join(_keys(grads)) or "none",
    )
    for name, value in found.items():
        _judge_gradient(expect, name, value, rights[name], values[name], reg, n)

        def loss_at(v: Array, name: str = name) -> Any:
            params[name] = v
            return expect.unpack(call(net, "loss", x, y), "loss grads")[0]

        expect(value, f"grads['{name}']").gradient_of(loss_at, values[name], 1.0, rng)
        params[name] = values[name]

    with expect.part("images", otherwise="net_images") as rng:
        values = _parameters(rng, 12, 4, 3)
        x = rng.standard_normal((5, 3, 2, 2))
        net, _, right = both(values, 0.0)
        expect(call(net, "loss", x), "scores").close_to(right.loss(x))
    with expect.part("one example, two classes", otherwise="single_example") as rng:
        judge(rng.standard_normal((1, 4)), rng.randint(0, 2, 1), _parameters(rng, 4, 3, 2), 0.1)
    with expect.part("without regularisation") as rng:
        judge(rng.standard_normal((4, 5)), rng.randint(0, 3, 4), _parameters(rng, 5, 6, 3), 0.0)


def _parameters(rng: np.random.RandomState, d: int, h: int, c: int) -> dict[str, Array]:
    """Weights and biases of a network that is far from its initial state: no bias is 0."""
    return {
        "W1": rng.standard_normal((d, h)),
        "b1": rng.standard_normal(h),
        "W2": rng.standard_normal((h, c)),
        "b2": rng.standard_normal(c),
    }


def _gradients(expect: Expect, grads: Handle) -> dict[str, Any]:
    """The gradients that are there, by name; those that are not have failed."""
    names = _keys(grads)
    for name in NAMES:
        expect.that(name in names, f"grads['{name}']", "grads_missing", "grads_keys", name=name)
    return {name: grads[name] for name in NAMES if name in names}


def _judge_scores(expect: Expect, scores: Any, right: Array, x: Array, values: dict[str, Array]) -> None:
    def mistakes() -> dict[str, Any]:
        powers = np.exp(right - right.max(axis=1, keepdims=True))
        linear = (x @ values["W1"] + values["b1"]) @ values["W2"] + values["b2"]
        return {
            "net_relu_missing": linear,
            "net_relu_on_scores": np.maximum(right, 0),
            "bias_missing": right - values["b2"],
            "net_scores_are_probabilities": powers / powers.sum(axis=1, keepdims=True),
        }

    expect(scores, "scores").close_to(right, mistakes=mistakes)


def _judge_loss(expect: Expect, loss: Any, right: Any, values: dict[str, Array], reg: float, n: int) -> None:
    def mistakes() -> dict[str, Any]:
        penalties = {name: 0.5 * reg * float(np.sum(value * value)) for name, value in values.items()}
        weights, biases = penalties["W1"] + penalties["W2"], penalties["b1"] + penalties["b2"]
        data = right - weights
        return {
            "net_loss_without_reg": data,
            "net_reg_without_half": data + 2 * weights,
            "net_reg_one_matrix": data + penalties["W1"],
            "net_reg_second_matrix": data + penalties["W2"],
            "net_reg_biases": right + biases,
            "sum_not_mean": n * data + weights,
            "reg_divided": data + weights / n,
        }

    expect(loss, "loss").close_to(right, mistakes=mistakes if reg else None, count=n)


def _judge_gradient(expect: Expect, name: str, value: Any, right: Array, at: Array, reg: float, n: int) -> None:
    def mistakes() -> dict[str, Any]:
        if name[0] == "b":
            return {"net_reg_biases": right + reg * at}
        data = right - reg * at
        return {
            "net_gradient_without_reg": data,
            "net_reg_gradient_doubled": data + 2 * reg * at,
            "net_reg_gradient_halved": data + 0.5 * reg * at,
            "sum_not_mean": n * data + reg * at,
            "reg_divided": data + reg * at / n,
        }

    expect(value, f"grads['{name}']").close_to(right, mistakes=mistakes if reg else None, count=n)

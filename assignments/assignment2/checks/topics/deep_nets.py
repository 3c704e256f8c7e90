"""Deep networks: fully connected ones of any depth, and one with a convolution."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from ..compare import close
from ..executor import CodeError
from ..expect import Expect
from ..inputs import distinct
from ..messages import hint
from ..networks import (
    judge_filled,
    judge_gradient,
    judge_law,
    judge_loss,
    keys_of,
    kind_of,
    softmax_loss,
    well_formed,
)
from ..registry import item
from ..student import Code, Handle, an_object, call
from ..values import Array

#: So small that hardly any unit changes its side of 0, nor a window its maximum; large against rounding in a loss.
STEP = 1e-7
#: Layers that Assignment 1 asks for.
CARRIED = ("affine_forward", "affine_backward", "relu_forward", "relu_backward", "softmax_loss")
#: Where the layers that a network may have are written: notebook by part.
LATER = {"batchnorm": "BatchNormalization", "layernorm": "BatchNormalization", "dropout": "Dropout"}
EPS = 1e-5


def _wrong_layer(student: Code, expect: Expect) -> str:
    """The first of the layers that Assignment 1 asks for which is not right; "" if all are."""
    rng, layers = np.random.RandomState(0), student.layers
    x, w, b, dout = (rng.standard_normal(shape) for shape in ((3, 2, 2), (4, 5), 5, (3, 5)))
    rows, y = x.reshape(3, 4), np.array([4, 0, 1])
    scores = rows @ w + b
    powers = np.exp(scores)
    gradient = (powers / powers.sum(axis=1, keepdims=True) - np.eye(5)[y]) / 3
    out, affine_cache = expect.unpack(layers.affine_forward(x, w, b), "out cache")
    active, relu_cache = expect.unpack(layers.relu_forward(scores), "out cache")
    affine = expect.unpack(layers.affine_backward(dout, affine_cache), "dx dw db")
    trials: list[tuple[str, tuple[Any, ...], tuple[Any, ...]]] = [
        ("affine_forward", (out,), (scores,)),
        ("affine_backward", affine, ((dout @ w.T).reshape(x.shape), rows.T @ dout, dout.sum(axis=0))),
        ("relu_forward", (active,), (np.maximum(scores, 0),)),
        ("relu_backward", (layers.relu_backward(dout, relu_cache),), (np.where(scores > 0, dout, 0),)),
        ("softmax_loss", expect.unpack(layers.softmax_loss(scores, y), "loss dx"), (softmax_loss(scores, y), gradient)),
    ]
    return next((name for name, *pair in trials if not all(map(close, *pair))), "")


def _blame_carried(student: Code, expect: Expect) -> None:
    """Give what failed the hint where to look, if it is a layer that Assignment 1 asks for; no check here judges it."""
    if not any(part in expect.failures for part in expect.main):
        return
    try:
        name = _wrong_layer(student, expect)
    except CodeError:  # it did not return what it should, and the network has said more
        return
    if name:
        advice = hint("deep_carried", name=name)
        expect.failures = {
            part: replace(failure, hint=advice, mistake="deep_carried") for part, failure in expect.failures.items()
        }


def _made(code: Code, kind: str, settings: dict[str, Any]) -> tuple[Handle, Handle]:
    """A network and its dict of parameters; raise `WrongResult` if it has none."""
    classifiers = code.classifiers
    make = classifiers.cnn.ThreeLayerConvNet if kind == "ThreeLayerConvNet" else classifiers.fc_net.FullyConnectedNet
    net = an_object(make(**settings), kind)
    return net, an_object(net.params, "self.params", "a dict")


def _with(code: Code, kind: str, settings: dict[str, Any], values: dict[str, Array]) -> tuple[Handle, Handle]:
    """A network with these parameters, and their dict."""
    net, params = _made(code, kind, settings)
    for name, value in values.items():
        params[name] = value
    return net, params


def _judge_repetition(expect: Expect, values: dict[str, Array], part: str = "") -> None:
    """Judge whether two matrices of weights are the same numbers, for `part`, or the part named like the later one."""
    weights = [(name, value.ravel()) for name, value in values.items() if name[0] == "W"]
    for (_, first), (name, second) in pairwise(weights):
        least = min(first.size, second.size)
        repeated = bool(np.array_equal(first[:least], second[:least]))
        expect.that(not repeated, part or name, "weights_repeated", "weights_equal", name=name)


def _judge_gradients(
    expect: Expect,
    grads: Any,
    right: Handle,
    values: dict[str, Array],
    reg: float,
    n: int,
    parts: dict[str, str] | None,
) -> dict[str, Any]:
    """Judge the gradients by the reference's, each for its part, or all for the part in whose block this stands (then
    `parts` is None); return those that are there."""
    grads = an_object(grads, "grads", "a dict")
    there = keys_of(grads)
    within = expect._within or ""
    found = {}
    for name, at in values.items():
        expected = right[name]
        kind = kind_of(name)
        if name not in there:
            where = parts[kind] if parts else within
            expect.that(False, where, "grads_missing", "grads_keys", name=name)
            continue
        found[name] = grads[name]
        if parts:
            with expect.part(parts[kind]):
                judge_gradient(expect, name, found[name], expected, at, reg, n)
        else:
            judge_gradient(expect, name, found[name], expected, at, reg, n)
    return found


def _judge_numerically(
    expect: Expect,
    net: Handle,
    params: Handle,
    x: Array,
    y: Array,
    values: dict[str, Array],
    grads: dict[str, Any],
    rng: np.random.RandomState,
    parts: dict[str, str] | None = None,
) -> None:
    """Judge the gradients by the numerical ones of the network's own loss."""

    def judge(name: str, value: Any) -> None:
        def loss_at(v: Array) -> Any:
            params[name] = v
            return expect.unpack(call(net, "loss", x, y), "loss grads")[0]

        expect(value, f"grads['{name}']").gradient_of(loss_at, values[name], 1.0, rng, STEP)
        params[name] = values[name]

    for name, value in grads.items():
        if parts is None:
            judge(name, value)
        else:
            with expect.part(parts[kind_of(name)]):
                judge(name, value)


# ---- the fully connected network: parameters ------------------------------------------------------------------


def _shapes(sizes: list[int], normalised: bool) -> dict[str, tuple[int, ...]]:
    """The shapes of a network's parameters, from the sizes of its layers."""
    last = len(sizes) - 1
    found: dict[str, tuple[int, ...]] = {}
    for layer in range(1, last + 1):
        found |= {f"W{layer}": (sizes[layer - 1], sizes[layer]), f"b{layer}": (sizes[layer],)}
        if normalised and layer < last:
            found |= {f"gamma{layer}": (sizes[layer],), f"beta{layer}": (sizes[layer],)}
    return found


def _settings(sizes: list[int], dtype: str = "float64", **more: Any) -> dict[str, Any]:
    return {"hidden_dims": sizes[1:-1], "input_dim": sizes[0], "num_classes": sizes[-1], "dtype": dtype, **more}


@item(
    "FullyConnectedNet_init",
    module="classifiers.fc_net",
    function="__init__",
    main=("weights", "biases", "scales and shifts"),
    edge=("names", "dtype", "depths", "default sizes"),
)
def fully_connected_init(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Initial parameters of the fully connected network."""
    parts = {"W": "weights", "b": "biases", "gamma": "scales and shifts", "beta": "scales and shifts"}

    def made(part: str, sizes: list[int], dtype: str = "float64", **settings: Any) -> dict[str, Array]:
        """Judge the form of the parameters, for `part` or for the part of each; return those that are right."""
        given = _settings(sizes, dtype, **settings)
        if dtype == "float32":  # the default
            del given["dtype"]
        _, params = _made(student, "FullyConnectedNet", given)
        shapes = _shapes(sizes, settings.get("normalization") is not None)
        own = dict.fromkeys(parts, part) if part else parts
        return well_formed(expect, params, shapes, dtype, own, part or "names")

    sizes = [size + rng.randint(10) for size in (150, 120, 90, 60)]
    scale = 0.01 * (1 + rng.random_sample())
    values = made("", sizes, weight_scale=scale, reg=0.5, normalization="batchnorm")
    expect.seen.update(("weights", "biases", "scales and shifts"))
    for name, value in values.items():
        kind = kind_of(name)
        if kind == "W":
            judge_law(expect, name, value, scale, "weights")
        else:
            judge_filled(expect, parts[kind], name, value, 1.0 if kind == "gamma" else 0.0)
    _judge_repetition(expect, values, "weights")
    with expect.part("names"):
        made("names", [4, 5, 3])
        made("names", [4, 5, 6, 3], normalization="layernorm")
    with expect.part("dtype", otherwise="param_precision"):
        made("dtype", [4, 5, 3], "float32", normalization="batchnorm")
    with expect.part("depths", otherwise="deep_depths"):
        for hidden in ([], [5], [4, 3, 6]):
            made("depths", [7, *hidden, 2], normalization="batchnorm")
    with expect.part("default sizes"):
        _, params = _made(student, "FullyConnectedNet", {"hidden_dims": [6]})
        shapes = _shapes([3072, 6, 10], False)
        values = well_formed(expect, params, shapes, "float32", dict.fromkeys(parts, "default sizes"), "default sizes")
        if "W1" in values:
            judge_law(expect, "W1", values["W1"].astype(np.float64), 1e-2, "default sizes")


# ---- the fully connected network: scores, loss and gradients --------------------------------------------------


def _drawn(rng: np.random.RandomState, sizes: list[int], normalised: bool = False) -> dict[str, Array]:
    """Parameters of a network that is far from its initial state: no bias or shift is 0, no scale 1."""
    found = {}
    for name, shape in _shapes(sizes, normalised).items():
        value = rng.standard_normal(shape)
        if name[0] == "W":
            value *= 1.5 / np.sqrt(shape[0])
        found[name] = 0.5 + rng.random_sample(shape) if name.startswith("gamma") else value
    return found


def _scores(
    x: Array,
    values: dict[str, Array],
    norm: str = "",
    masks: list[Array] | None = None,
    linear: tuple[int, ...] = (),
) -> Array:
    """Scores of the network while it trains; the layers `linear` have no ReLU."""
    last = sum(name[0] == "W" for name in values)
    hidden = x.reshape(len(x), -1)
    for layer in range(1, last):
        hidden = hidden @ values[f"W{layer}"] + values[f"b{layer}"]
        if norm:
            axis = 0 if norm == "batchnorm" else 1
            spread = np.sqrt(hidden.var(axis=axis, keepdims=True) + EPS)
            hidden = values[f"gamma{layer}"] * (hidden - hidden.mean(axis=axis, keepdims=True)) / spread
            hidden = hidden + values[f"beta{layer}"]
        if layer not in linear:
            hidden = np.maximum(hidden, 0)
        if masks is not None:
            hidden = hidden * masks[layer - 1]
    scores: Array = hidden @ values[f"W{last}"] + values[f"b{last}"]
    return scores


def _penalty(values: dict[str, Array], reg: float) -> float:
    return 0.5 * reg * float(sum(np.sum(value * value) for name, value in values.items() if name[0] == "W"))


def _score_mistakes(x: Array, values: dict[str, Array], right: Array) -> dict[str, Any]:
    """What known mistakes make of the scores of a network without normalisation."""
    last = sum(name[0] == "W" for name in values)
    powers = np.exp(right - right.max(axis=1, keepdims=True))
    hidden = tuple(range(1, last))
    return {
        "deep_relu_missing": [_scores(x, values, linear=part) for part in {hidden, hidden[:1], hidden[-1:]} if part],
        "net_relu_on_scores": np.maximum(right, 0),
        "bias_missing": right - values[f"b{last}"],
        "net_scores_are_probabilities": powers / powers.sum(axis=1, keepdims=True),
    }


@contextmanager
def _later(expect: Expect, part: str, otherwise: str, layers: tuple[str, ...]) -> Iterator[np.random.RandomState]:
    """The block of a part that needs `layers`, which another notebook asks for: until then only this part fails."""
    with expect.part(part, otherwise=otherwise) as rng:
        try:
            yield rng
        except CodeError as error:
            if error.kind != "NotImplementedError":
                raise
            needs = error.text if error.text in layers else layers[0]
            notebook = LATER[needs.partition("_")[0]]
            expect.fail(part, expect.failure("deep_later", "deep_later", item=part, needs=needs, name=notebook))


_NORM_LAYERS = {
    "batchnorm": ("batchnorm_forward", "batchnorm_backward", "batchnorm_backward_alt"),
    "layernorm": ("layernorm_forward", "layernorm_backward"),
}
_DROPOUT_LAYERS = ("dropout_forward", "dropout_backward")


@item(
    "FullyConnectedNet_loss",
    module="classifiers.fc_net",
    function="loss",
    main=("scores", "loss", "weights", "biases", "depths", "batchnorm", "layernorm", "dropout"),
    edge=(
        "names of the gradients",
        "images",
        "one example, two classes",
        "without regularisation",
        "loss at the start",
        "float32",
        "batchnorm and dropout",
    ),
    needs=("FullyConnectedNet_init",),
    carried=CARRIED,
)
def fully_connected_loss(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Scores, loss and gradients of the fully connected network; with normalisation and dropout, too."""
    kind = "FullyConnectedNet"

    def both(values: dict[str, Array], settings: dict[str, Any]) -> tuple[Handle, Handle, Handle]:
        """The student's network, its parameters, and the reference's network, all with these values."""
        net, params = _with(student, kind, settings, values)
        return net, params, _with(reference, kind, settings, values)[0]

    def judge(x: Array, y: Array, values: dict[str, Array], settings: dict[str, Any]) -> None:
        """Judge scores, loss and gradients, for the part in whose block this stands."""
        reg = settings.get("reg", 0.0)
        net, _, right = both(values, settings)
        expected = right.loss(x)
        expect(call(net, "loss", x), "scores").close_to(expected)
        right_loss, right_grads = right.loss(x, y)
        loss, grads = expect.unpack(call(net, "loss", x, y), "loss grads")
        judge_loss(expect, loss, right_loss, values, reg, len(x))
        _judge_gradients(expect, grads, right_grads, values, reg, len(x), None)

    n, *sizes = distinct(rng, 5)
    c = sizes[-1]
    x, y, values = rng.standard_normal((n, sizes[0])), rng.randint(0, c, n), _drawn(rng, sizes)
    reg = 0.2 + rng.random_sample()
    net, params, right = both(values, _settings(sizes, reg=reg))
    expected = right.loss(x)
    expect(call(net, "loss", x), "scores").close_to(expected, mistakes=lambda: _score_mistakes(x, values, expected))
    right_loss, right_grads = right.loss(x, y)
    loss, grads = expect.unpack(call(net, "loss", x, y), "loss grads")
    judge_loss(expect, loss, right_loss, values, reg, n)
    parts = {"W": "weights", "b": "biases"}
    found = _judge_gradients(expect, grads, right_grads, values, reg, n, parts)
    names = keys_of(grads)
    told = {"expected": ", ".join(values), "got": ", ".join(names) or "none"}
    expect.that(names == sorted(values), "names of the gradients", "grads_names", "grads_keys", **told)
    _judge_numerically(expect, net, params, x, y, values, found, rng, parts)

    # Most of what follows is not regularised: a mistake in that costs its own parts only.
    with expect.part("depths", otherwise="deep_depths") as rng:
        for hidden in ([], [4], [3, 6, 4]):
            sizes = [5, *hidden, 3]
            judge(rng.standard_normal((4, 5)), rng.randint(0, 3, 4), _drawn(rng, sizes), _settings(sizes))
    for norm, layers in _NORM_LAYERS.items():
        with _later(expect, norm, f"deep_{norm}", layers) as rng:
            n, *sizes = distinct(rng, 5)
            x, y, values = rng.standard_normal((n, sizes[0])), rng.randint(0, sizes[-1], n), _drawn(rng, sizes, True)
            reg = 0.4 if norm == "batchnorm" else 0.0  # once, for whoever regularises scales and shifts
            settings = _settings(sizes, normalization=norm, reg=reg)
            _judge_normalised(expect, norm, both(values, settings), x, y, values, reg, rng)
    with _later(expect, "dropout", "deep_dropout", _DROPOUT_LAYERS) as rng:
        n, *sizes = distinct(rng, 5)
        x, y, values = rng.standard_normal((n + 3, sizes[0])), rng.randint(0, sizes[-1], n + 3), _drawn(rng, sizes)
        settings = _settings(sizes, dropout_keep_ratio=0.6, seed=int(rng.randint(1000)))
        _judge_dropout(student, expect, both(values, settings), x, y, values, settings, rng)
    with _later(expect, "batchnorm and dropout", "deep_both", (*_NORM_LAYERS["batchnorm"], *_DROPOUT_LAYERS)) as rng:
        # One hidden layer: the running averages of a second one would depend on which units are dropped.
        x, y, values = rng.standard_normal((8, 5)), rng.randint(0, 3, 8), _drawn(rng, [5, 6, 3], True)
        settings = _settings([5, 6, 3], normalization="batchnorm", dropout_keep_ratio=0.7, seed=3, reg=0.3)
        _judge_dropout(student, expect, both(values, settings), x, y, values, settings, rng)

    with expect.part("images", otherwise="net_images") as rng:
        x = rng.standard_normal((5, 3, 2, 2))
        values = _drawn(rng, [12, 4, 3])
        judge(x, rng.randint(0, 3, 5), values, _settings([12, 4, 3], reg=0.1))
    with expect.part("one example, two classes", otherwise="single_example") as rng:
        sizes = [4, 3, 5, 6, 2]
        judge(rng.standard_normal((1, 4)), rng.randint(0, 2, 1), _drawn(rng, sizes), _settings(sizes, reg=0.1))
    with expect.part("without regularisation") as rng:
        values = _drawn(rng, [5, 6, 3])
        judge(rng.standard_normal((4, 5)), rng.randint(0, 3, 4), values, _settings([5, 6, 3]))
    with expect.part("loss at the start", otherwise="deep_first_loss") as rng:
        net, _ = _made(student, kind, _settings([20, 15, 10, 7], weight_scale=1e-3))
        loss, _ = expect.unpack(call(net, "loss", rng.standard_normal((30, 20)), rng.randint(0, 7, 30)), "loss grads")
        expect(loss, "the first loss").close_to(np.log(7), rtol=0.01)
    with expect.part("float32", otherwise="float32") as rng:
        values = {name: value.astype(np.float32) for name, value in _drawn(rng, [5, 6, 4, 3]).items()}
        judge(rng.standard_normal((4, 5)), rng.randint(0, 3, 4), values, _settings([5, 6, 4, 3], "float32", reg=0.2))
    _blame_carried(student, expect)


def _judge_normalised(
    expect: Expect,
    norm: str,
    nets: tuple[Handle, Handle, Handle],
    x: Array,
    y: Array,
    values: dict[str, Array],
    reg: float,
    rng: np.random.RandomState,
) -> None:
    """Judge a network with normalisation: loss and gradients of a batch, then its scores in the mode "test"."""
    net, params, right = nets
    right_loss, right_grads = right.loss(x, y)
    expected = right.loss(x)  # after one batch: with running averages, if there are any
    without = _scores(x, values)
    loss, grads = expect.unpack(call(net, "loss", x, y), "loss grads")
    penalty = _penalty(values, reg)
    judge_loss(expect, loss, right_loss, values, reg, len(x), deep_norm_missing=softmax_loss(without, y) + penalty)
    mistakes = {"deep_norm_missing": without}
    if norm == "batchnorm":
        mistakes["deep_test_mode"] = _scores(x, values, norm)
    expect(call(net, "loss", x), "scores").close_to(expected, mistakes=lambda: mistakes)
    given = dict(values)
    if norm == "batchnorm":
        # A shift of all examples is taken away again: these gradients are rounding errors around 0.
        hidden = [name for name in values if name[0] == "b" and name[1].isdigit()][:-1]
        given = {name: value for name, value in values.items() if name not in hidden}
        _judge_vanishing(expect, norm, grads, hidden, values, float(np.abs(right_grads["W1"]).max()))
    found = _judge_gradients(expect, grads, right_grads, given, reg, len(x), None)
    _judge_numerically(expect, net, params, x, y, values, found, rng)


def _judge_vanishing(
    expect: Expect, part: str, grads: Any, names: list[str], values: dict[str, Array], scale: float
) -> None:
    """Judge gradients that are 0 but for rounding, where others are of the size of `scale`."""
    grads = an_object(grads, "grads", "a dict")
    there = keys_of(grads)
    for name in names:
        if expect.that(name in there, part, "grads_missing", "grads_keys", name=name):
            got, zeros = grads[name], np.zeros_like(values[name])
            tiny = isinstance(got, np.ndarray) and got.dtype == zeros.dtype and got.shape == zeros.shape
            if not (tiny and bool((np.abs(got) <= 1e-9 * scale).all())):
                expect(got, f"grads['{name}']").close_to(zeros)


def _judge_dropout(
    student: Code,
    expect: Expect,
    nets: tuple[Handle, Handle, Handle],
    x: Array,
    y: Array,
    values: dict[str, Array],
    settings: dict[str, Any],
    rng: np.random.RandomState,
) -> None:
    """Judge a network with dropout, by the masks that the student's own layer draws with the same seed."""
    net, params, right = nets
    norm, reg = settings.get("normalization") or "", settings.get("reg", 0.0)
    right.loss(x, y)
    expected = right.loss(x)
    masks: list[Array] = []
    for size in settings["hidden_dims"]:
        param = {"mode": "train", "p": settings["dropout_keep_ratio"], "seed": settings["seed"]}
        ones = np.ones((len(x), size))
        mask, _ = expect.unpack(student.layers.dropout_forward(ones, param), "out cache")
        if not expect(mask, "dropout_forward's output").close_to(ones, rtol=np.inf):
            return
        masks.append(mask)
    penalty = _penalty(values, reg)
    loss, grads = expect.unpack(call(net, "loss", x, y), "loss grads")
    own = _scores(x, values, norm, masks)
    some = [[*masks[:layer], np.ones_like(masks[layer]), *masks[layer + 1 :]] for layer in range(len(masks))]
    judge_loss(
        expect,
        loss,
        softmax_loss(own, y) + penalty,
        values,
        reg,
        len(x),
        deep_dropout_missing=softmax_loss(_scores(x, values, norm), y) + penalty,
        deep_dropout_some=[softmax_loss(_scores(x, values, norm, part), y) + penalty for part in some]
        if len(masks) > 1
        else None,
    )
    expect(call(net, "loss", x), "scores").close_to(
        expected, mistakes=lambda: {"deep_test_mode": [own, _scores(x, values, norm)] if norm else own}
    )
    rights = _gradients_with_dropout(x, y, values, reg, norm, masks, masks)
    passed = _gradients_with_dropout(x, y, values, reg, norm, masks, [np.ones_like(mask) for mask in masks])
    grads = an_object(grads, "grads", "a dict")
    there = keys_of(grads)
    part = expect._within or ""
    found = {}
    for name, at in values.items():
        if not expect.that(name in there, part, "grads_missing", "grads_keys", name=name):
            continue
        if norm and name == "b1":  # 0 but for rounding
            continue
        found[name] = grads[name]
        more = {} if np.array_equal(passed[name], rights[name]) else {"deep_dropout_backward": passed[name]}
        judge_gradient(expect, name, found[name], rights[name], at, reg, len(x), **more)
    _judge_numerically(expect, net, params, x, y, values, found, rng)


def _gradients_with_dropout(
    x: Array,
    y: Array,
    values: dict[str, Array],
    reg: float,
    norm: str,
    masks: list[Array],
    back: list[Array],
) -> dict[str, Array]:
    """Gradients of the network's loss in training, with the dropout masks `masks` on the way forward and `back` on the
    way back; `norm` is "batchnorm" or ""."""
    last = len(masks) + 1
    inputs, before, hats, spreads = [x], [], [], []
    for layer in range(1, last):
        hidden = inputs[-1] @ values[f"W{layer}"] + values[f"b{layer}"]
        if norm:
            spreads.append(np.sqrt(hidden.var(axis=0) + EPS))
            hats.append((hidden - hidden.mean(axis=0)) / spreads[-1])
            hidden = values[f"gamma{layer}"] * hats[-1] + values[f"beta{layer}"]
        before.append(hidden)
        inputs.append(np.maximum(hidden, 0) * masks[layer - 1])
    scores = inputs[-1] @ values[f"W{last}"] + values[f"b{last}"]
    d = np.exp(scores - scores.max(axis=1, keepdims=True))
    d /= d.sum(axis=1, keepdims=True)
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    found: dict[str, Array] = {}
    for layer in range(last, 0, -1):
        if layer < last:
            d = d * back[layer - 1] * (before[layer - 1] > 0)
            if norm:
                x_hat = hats[layer - 1]
                found[f"gamma{layer}"], found[f"beta{layer}"] = (d * x_hat).sum(axis=0), d.sum(axis=0)
                d = d - d.mean(axis=0) - x_hat * (d * x_hat).mean(axis=0)
                d = d * values[f"gamma{layer}"] / spreads[layer - 1]
        w = values[f"W{layer}"]
        found[f"W{layer}"], found[f"b{layer}"] = inputs[layer - 1].T @ d + reg * w, d.sum(axis=0)
        d = d @ w.T
    return found


# ---- the convolutional network --------------------------------------------------------------------------------


def _conv_shapes(
    image: tuple[int, int, int], filters: int, size: int, hidden: int, classes: int
) -> dict[str, tuple[int, ...]]:
    """The shapes of a convolutional network's parameters."""
    channels, height, width = image
    growth = 2 * ((size - 1) // 2) - size + 1
    pixels = ((height + growth) // 2) * ((width + growth) // 2)
    return {
        "W1": (filters, channels, size, size),
        "b1": (filters,),
        "W2": (filters * pixels, hidden),
        "b2": (hidden,),
        "W3": (hidden, classes),
        "b3": (classes,),
    }


def _conv_settings(
    image: tuple[int, int, int], filters: int, size: int, hidden: int, classes: int, **more: Any
) -> dict[str, Any]:
    return {
        "input_dim": image,
        "num_filters": filters,
        "filter_size": size,
        "hidden_dim": hidden,
        "num_classes": classes,
        **more,
    }


@item(
    "ThreeLayerConvNet_init",
    module="classifiers.cnn",
    function="__init__",
    main=("W1", "W2", "W3", "biases"),
    edge=("names", "dtype", "images that are not square", "filters of even size", "default sizes"),
)
def conv_net_init(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Initial parameters of the convolutional network."""
    parts = {"W1": "W1", "W2": "W2", "W3": "W3", "b": "biases"}

    def made(
        part: str, *sizes: Any, dtype: str = "float64", advice: str = "param_shapes", **settings: Any
    ) -> dict[str, Array]:
        """Judge the form of the parameters, for `part` or for the part of each; return those that are right."""
        given = {**_conv_settings(*sizes), **settings, "dtype": dtype}
        if dtype == "float32":
            del given["dtype"]
        _, params = _made(student, "ThreeLayerConvNet", given)
        shapes = _conv_shapes(*sizes)
        own = dict.fromkeys(parts, part) if part else parts
        return well_formed(expect, params, shapes, dtype, own, part or "names", advice)

    sizes = (3, 12, 12), 40 + rng.randint(10), 5, 30 + rng.randint(5), 40 + rng.randint(10)
    scale = 0.01 * (1 + rng.random_sample())
    values = made("", *sizes, weight_scale=scale, reg=0.5)
    expect.seen.update(("W1", "W2", "W3", "biases"))
    for name, value in values.items():
        if name[0] == "W":
            judge_law(expect, name, value, scale)
        else:
            judge_filled(expect, "biases", name, value, 0.0)
    _judge_repetition(expect, values)
    with expect.part("names"):
        made("names", (2, 6, 6), 3, 3, 4, 5)
    with expect.part("dtype", otherwise="param_precision"):
        made("dtype", (2, 6, 6), 3, 3, 4, 5, dtype="float32")
    with expect.part("images that are not square", otherwise="conv_net_not_square"):
        made("images that are not square", (1, 6, 9), 3, 3, 4, 5, advice="conv_net_not_square")
        made("images that are not square", (1, 7, 5), 3, 3, 4, 5, advice="conv_net_not_square")
    with expect.part("filters of even size", otherwise="conv_net_even"):
        made("filters of even size", (2, 8, 8), 3, 4, 5, 3, advice="conv_net_even")
    with expect.part("default sizes"):
        _, params = _made(student, "ThreeLayerConvNet", {})
        shapes = _conv_shapes((3, 32, 32), 32, 7, 100, 10)
        well_formed(expect, params, shapes, "float32", dict.fromkeys(parts, "default sizes"), "default sizes")


_GRADIENTS = ("grads['W1']", "grads['b1']", "grads['W2']", "grads['b2']", "grads['W3']", "grads['b3']")


@item(
    "ThreeLayerConvNet_loss",
    module="classifiers.cnn",
    function="loss",
    main=("scores", "loss", *_GRADIENTS),
    edge=(
        "names of the gradients",
        "filters of even size",
        "one example, two classes",
        "without regularisation",
        "loss at the start",
        "float32",
    ),
    needs=("ThreeLayerConvNet_init",),
    carried=CARRIED,
)
def conv_net_loss(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Scores, loss and gradients of the convolutional network."""
    kind = "ThreeLayerConvNet"

    def drawn(rng: np.random.RandomState, *sizes: Any) -> dict[str, Array]:
        values = {name: rng.standard_normal(shape) for name, shape in _conv_shapes(*sizes).items()}
        for name, value in values.items():
            if name[0] == "W":
                value *= 1.5 / np.sqrt(value[0].size if value.ndim == 4 else len(value))
        return values

    def judge(x: Array, y: Array, values: dict[str, Array], settings: dict[str, Any]) -> None:
        """Judge scores, loss and gradients, for the part in whose block this stands."""
        reg = settings.get("reg", 0.0)
        net, _ = _with(student, kind, settings, values)
        right, _ = _with(reference, kind, settings, values)
        expected = right.loss(x)
        expect(call(net, "loss", x), "scores").close_to(expected)
        right_loss, right_grads = right.loss(x, y)
        loss, grads = expect.unpack(call(net, "loss", x, y), "loss grads")
        judge_loss(expect, loss, right_loss, values, reg, len(x))
        _judge_gradients(expect, grads, right_grads, values, reg, len(x), None)

    n, filters, hidden, c = distinct(rng, 4)
    image = (2, 5, 6)
    sizes = image, filters, 3, hidden, c
    x, y, values = rng.standard_normal((n, *image)), rng.randint(0, c, n), drawn(rng, *sizes)
    reg = 0.2 + rng.random_sample()
    settings = _conv_settings(*sizes, reg=reg, dtype="float64")
    net, params = _with(student, kind, settings, values)
    right, _ = _with(reference, kind, settings, values)
    expected = right.loss(x)
    mistakes = _conv_score_mistakes(reference, x, values, expected)
    expect(call(net, "loss", x), "scores").close_to(expected, mistakes=lambda: mistakes)
    right_loss, right_grads = right.loss(x, y)
    loss, grads = expect.unpack(call(net, "loss", x, y), "loss grads")
    judge_loss(expect, loss, right_loss, values, reg, n)
    names = keys_of(an_object(grads, "grads", "a dict"))
    for name in values:
        gradient = right_grads[name]
        if expect.that(name in names, f"grads['{name}']", "grads_missing", "grads_keys", name=name):
            value = grads[name]
            judge_gradient(expect, name, value, gradient, values[name], reg, n)
            _judge_numerically(expect, net, params, x, y, values, {name: value}, rng)
    told = {"expected": ", ".join(values), "got": ", ".join(names) or "none"}
    expect.that(names == sorted(values), "names of the gradients", "grads_names", "grads_keys", **told)

    with expect.part("filters of even size", otherwise="conv_net_even") as rng:
        sizes = (1, 6, 5), 3, 2, 4, 3
        settings = _conv_settings(*sizes, reg=0.2, dtype="float64")
        judge(rng.standard_normal((3, 1, 6, 5)), rng.randint(0, 3, 3), drawn(rng, *sizes), settings)
    with expect.part("one example, two classes", otherwise="single_example") as rng:
        sizes = (1, 4, 4), 2, 3, 3, 2
        settings = _conv_settings(*sizes, reg=0.2, dtype="float64")
        judge(rng.standard_normal((1, 1, 4, 4)), rng.randint(0, 2, 1), drawn(rng, *sizes), settings)
    with expect.part("without regularisation") as rng:
        sizes = (1, 4, 6), 3, 1, 4, 3
        judge(
            rng.standard_normal((3, 1, 4, 6)),
            rng.randint(0, 3, 3),
            drawn(rng, *sizes),
            _conv_settings(*sizes, dtype="float64"),
        )
    with expect.part("loss at the start", otherwise="deep_first_loss") as rng:
        net, _ = _made(student, kind, _conv_settings((2, 6, 6), 4, 3, 10, 7, dtype="float64"))
        x, y = rng.standard_normal((20, 2, 6, 6)), rng.randint(0, 7, 20)
        loss, _ = expect.unpack(call(net, "loss", x, y), "loss grads")
        expect(loss, "the first loss").close_to(np.log(7), rtol=0.01)
    with expect.part("float32", otherwise="float32") as rng:
        sizes = (2, 4, 6), 3, 3, 4, 3
        values = {name: value.astype(np.float32) for name, value in drawn(rng, *sizes).items()}
        settings = _conv_settings(*sizes, reg=0.2, dtype="float32")
        judge(rng.standard_normal((3, 2, 4, 6)), rng.randint(0, 3, 3), values, settings)
    _blame_carried(student, expect)


def _conv_score_mistakes(reference: Code, x: Array, values: dict[str, Array], right: Array) -> dict[str, Any]:
    """What known mistakes make of the scores of the convolutional network."""
    layers = reference.layers
    settings = {"stride": 1, "pad": (values["W1"].shape[2] - 1) // 2}
    maps: Array = layers.conv_forward_naive(x, values["W1"], values["b1"], settings)[0]

    def scores(maps: Array, units: bool) -> Array:
        pooled: Array = layers.max_pool_forward_naive(maps, {"pool_height": 2, "pool_width": 2, "stride": 2})[0]
        hidden = pooled.reshape(len(x), -1) @ values["W2"] + values["b2"]
        found: Array = (np.maximum(hidden, 0) if units else hidden) @ values["W3"] + values["b3"]
        return found

    powers = np.exp(right - right.max(axis=1, keepdims=True))
    active = np.maximum(maps, 0)
    return {
        "deep_relu_missing": [scores(maps, True), scores(active, False), scores(maps, False)],
        "net_relu_on_scores": np.maximum(right, 0),
        "bias_missing": right - values["b3"],
        "net_scores_are_probabilities": powers / powers.sum(axis=1, keepdims=True),
    }

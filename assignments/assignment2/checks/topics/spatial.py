"""Normalisation of images: by channels over the batch, and by groups of channels."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..expect import Expect
from ..inputs import fortran, normal, single
from ..registry import item
from ..student import Code, Handle, hold
from ..values import Array
from .normalisation import EPS, path_mistakes

# ---- spatial batch normalisation ------------------------------------------------------------------------------


def _scales(rng: np.random.RandomState, c: int) -> tuple[Array, Array]:
    """Scales and shifts of c channels."""
    return 0.5 + rng.random_sample(c), normal(rng, c)


def _images(rng: np.random.RandomState, n: int, c: int, height: int, width: int) -> Array:
    """Images whose channels, rows and columns differ in mean and spread."""
    scale = 0.5 + 2 * rng.random_sample((1, c, 1, 1))
    shift = normal(rng, 1, c, 1, 1) + normal(rng, 1, 1, height, 1) + normal(rng, n, 1, 1, 1)
    images: Array = scale * normal(rng, n, c, height, width) + shift
    return images


def _averages(rng: np.random.RandomState, c: int) -> dict[str, Array]:
    """Running averages that something has left behind."""
    return {"running_mean": normal(rng, c), "running_var": 0.5 + rng.random_sample(c)}


def _rows(x: Array) -> Array:
    """Images (N, C, H, W) as rows (N * H * W, C)."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def _cube(c: int, gamma: Array, beta: Array) -> tuple[Array, Array]:
    """Scales and shifts of c channels, in the shape that broadcasts over images."""
    return gamma.reshape(1, c, 1, 1), beta.reshape(1, c, 1, 1)


@item(
    "spatial_batchnorm_forward",
    module="layers",
    main=("out", "running averages", "test mode"),
    edge=("eps and momentum", "one image", "float32", "memory layout"),
    needs=("batchnorm_forward",),
)
def spatial_batchnorm_forward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Batch normalisation of the channels of images, and its running averages."""

    def judge(
        x: Array, gamma: Array, beta: Array, settings: dict[str, Any], known: bool = False
    ) -> tuple[Handle, Handle]:
        """Judge the output; return what became of the settings, and what should have."""
        theirs, ours = hold(student, settings), hold(reference, settings)
        out, _ = expect.unpack(student.layers.spatial_batchnorm_forward(x, gamma, beta, theirs), "out cache")
        right, _ = reference.layers.spatial_batchnorm_forward(x, gamma, beta, ours)
        mistakes = _spatial_mistakes(reference, x, gamma, beta, right) if known else {}
        expect(out, "out").close_to(right, mistakes=lambda: mistakes, otherwise="spatial_rows")
        return theirs, ours

    def judge_averages(part: str, theirs: Handle, ours: Handle, before: dict[str, Any]) -> None:
        """Judge the running averages, for the part in whose block this stands."""
        for name in ("running_mean", "running_var"):
            right = ours[name]
            if expect.that(name in list(theirs), part, "spatial_average_missing", "spatial_average", name=name):
                expect(theirs[name], f"bn_param['{name}']").close_to(
                    right, mistakes=partial(dict, {"spatial_average_unchanged": before[name]} if before else {})
                )

    c = 4 + rng.randint(2)
    gamma, beta = _scales(rng, c)
    x = _images(rng, 3, c, 2, 6)
    before = _averages(rng, c)
    theirs, ours = judge(x, gamma, beta, {"mode": "train", **before}, known=True)
    with expect.part("running averages", otherwise="spatial_average"):
        judge_averages("running averages", theirs, ours, before)
    with expect.part("test mode", otherwise="spatial_test_mode") as rng:
        gamma, beta = _scales(rng, c)
        before = _averages(rng, c)
        theirs, ours = judge(_images(rng, 3, c, 2, 4), gamma, beta, {"mode": "test", **before})
        judge_averages("test mode", theirs, ours, {})
    with expect.part("eps and momentum", otherwise="spatial_settings") as rng:
        gamma, beta = _scales(rng, 2)
        before = _averages(rng, 2)
        settings = {"mode": "train", "eps": 0.3, "momentum": 0.6, **before}
        theirs, ours = judge(_images(rng, 2, 2, 3, 4), gamma, beta, settings)
        judge_averages("eps and momentum", theirs, ours, before)
    with expect.part("one image", otherwise="single_example") as rng:
        gamma, beta = _scales(rng, 2)
        theirs, ours = judge(_images(rng, 1, 2, 3, 4), gamma, beta, {"mode": "train"})
        judge_averages("one image", theirs, ours, {})
    with expect.part("float32", otherwise="float32") as rng:
        x, gamma, beta = map(single, (_images(rng, 2, 3, 4, 2), *_scales(rng, 3)))
        judge(x, gamma, beta, {"mode": "train"})
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        (x,) = fortran(_images(rng, 2, 3, 4, 5))
        judge(x, *_scales(rng, 3), {"mode": "train"})


def _unscaled(right: Array, gamma: Array, beta: Array) -> list[Array]:
    """What becomes of `right` without the shift, without the scale, and without both."""
    plain = (right - beta) / gamma
    return [right - beta, plain + beta, plain]


def _spatial_mistakes(reference: Code, x: Array, gamma: Array, beta: Array, right: Array) -> dict[str, Any]:
    """What known mistakes make of the normalised images `right`."""
    layers, (n, c, height, width) = reference.layers, x.shape

    def batchnorm(rows: Array, gamma: Array = gamma, beta: Array = beta) -> Array:
        out: Array = layers.batchnorm_forward(rows, gamma, beta, {"mode": "train"})[0]
        return out

    def groupnorm(groups: int) -> Array:
        out: Array = layers.spatial_groupnorm_forward(x, *_cube(c, gamma, beta), groups, {})[0]
        return out

    pixels, (scales, shifts) = height * width, _cube(c, gamma, beta)
    mixed = batchnorm(x.reshape(-1, c))
    each = batchnorm(x.reshape(n, -1), gamma.repeat(pixels), beta.repeat(pixels)).reshape(x.shape)
    return {
        "spatial_mixed": [mixed.reshape(x.shape), mixed.reshape(n, height, width, c).transpose(0, 3, 1, 2)],
        "spatial_not_put_back": [
            _rows(right).reshape(x.shape),
            _rows(right).reshape(n, height, width, c),
            _rows(right),
        ],
        "spatial_per_position": each,
        "spatial_per_image": groupnorm(c),
        "spatial_over_channels": groupnorm(1),
        "spatial_scale_missing": _unscaled(right, scales, shifts),
    }


@item(
    "spatial_batchnorm_backward",
    module="layers",
    main=("dx", "dgamma", "dbeta"),
    edge=("one image", "float32", "memory layout"),
    needs=("spatial_batchnorm_forward", "batchnorm_forward", "batchnorm_backward", "batchnorm_backward_alt"),
)
def spatial_batchnorm_backward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Gradients of the batch normalisation of channels with respect to x, gamma and beta."""
    theirs, ours = student.layers, reference.layers
    names = ("dx", "dgamma", "dbeta")

    def judge(x: Array, gamma: Array, beta: Array, dout: Array, known: bool = False) -> tuple[Any, Any, Any]:
        settings = {"mode": "train"}
        _, cache = expect.unpack(theirs.spatial_batchnorm_forward(x, gamma, beta, settings), "out cache")
        got = expect.unpack(theirs.spatial_batchnorm_backward(dout, cache), "dx dgamma dbeta")
        _, cache = ours.spatial_batchnorm_forward(x, gamma, beta, settings)
        right = ours.spatial_batchnorm_backward(dout, cache)
        wrong: dict[str, dict[str, Any]] = {}
        if known:
            n, c, height, width = x.shape
            _, cache = ours.batchnorm_forward(_rows(x), gamma, beta, settings)
            mixed = ours.batchnorm_backward(dout.reshape(-1, c), cache)
            back = _rows(right[0])
            wrong = {name: {"spatial_mixed": value} for name, value in zip(names, mixed, strict=True)}
            wrong["dx"] = {
                "spatial_mixed": [
                    mixed[0].reshape(x.shape),
                    mixed[0].reshape(n, height, width, c).transpose(0, 3, 1, 2),
                ],
                "spatial_not_put_back": [back.reshape(x.shape), back.reshape(n, height, width, c), back],
            }
            for name, value in zip(names, right, strict=True):
                wrong[name]["batch_mean"] = [value / n, value / (n * height * width)]
            wrong["dbeta"]["spatial_axes"] = [dout.sum(axis=axes) for axes in (0, (2, 3), (0, 1, 2, 3))]
        for value, name, expected in zip(got, names, right, strict=True):
            expect(value, name).close_to(
                expected, mistakes=partial(dict, wrong.get(name, {})), otherwise="spatial_rows"
            )
        return got

    c = 4 + rng.randint(2)
    gamma, beta = _scales(rng, c)
    x, dout = _images(rng, 3, c, 2, 6), normal(rng, 3, c, 2, 6)
    dx, dgamma, dbeta = judge(x, gamma, beta, dout, known=True)

    def forward(x: Array, gamma: Array, beta: Array) -> Any:
        return expect.unpack(theirs.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"}), "out cache")[0]

    expect(dx, "dx").gradient_of(lambda v: forward(v, gamma, beta), x, dout, rng)
    expect(dgamma, "dgamma").gradient_of(lambda v: forward(x, v, beta), gamma, dout, rng)
    expect(dbeta, "dbeta").gradient_of(lambda v: forward(x, gamma, v), beta, dout, rng)
    with expect.part("one image", otherwise="single_example") as rng:
        judge(_images(rng, 1, 2, 3, 4), *_scales(rng, 2), normal(rng, 1, 2, 3, 4))
    with expect.part("float32", otherwise="float32") as rng:
        x, gamma, beta, dout = map(single, (_images(rng, 2, 3, 4, 2), *_scales(rng, 3), normal(rng, 2, 3, 4, 2)))
        judge(x, gamma, beta, dout)
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        x, dout = fortran(_images(rng, 2, 3, 4, 5), normal(rng, 2, 3, 4, 5))
        judge(x, *_scales(rng, 3), dout)


# ---- spatial group normalisation ------------------------------------------------------------------------------


def _groupnorm(code: Code, x: Array, gamma: Array, beta: Array, groups: int, **settings: float) -> tuple[Any, Any]:
    found: tuple[Any, Any] = code.layers.spatial_groupnorm_forward(x, gamma, beta, groups, settings)
    return found


def _dealt(c: int, groups: int) -> Array:
    """The order of channels that brings together those whose numbers have the same rest."""
    return np.arange(c).reshape(-1, groups).T.ravel()


def _other_groups(c: int, groups: int) -> list[int]:
    """Numbers of groups that one might take by mistake."""
    return [count for count in dict.fromkeys((1, c, c // groups)) if count != groups]


@item(
    "spatial_groupnorm_forward",
    module="layers",
    main=("out", "one group", "groups of one channel"),
    edge=("eps", "one image", "float32", "memory layout"),
)
def spatial_groupnorm_forward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Normalisation of images over groups of channels."""

    def judge(x: Array, gamma: Array, beta: Array, groups: int, known: bool = False, **settings: float) -> None:
        out, _ = expect.unpack(_groupnorm(student, x, gamma, beta, groups, **settings), "out cache")
        right, _ = _groupnorm(reference, x, gamma, beta, groups, **settings)
        mistakes = _group_mistakes(reference, x, gamma, beta, groups, right) if known else {}
        expect(out, "out").close_to(right, mistakes=lambda: mistakes)

    groups = 2 + rng.randint(2)  # two groups of four channels, or three of four
    c = 4 * groups
    judge(_images(rng, 3, c, 2, 5), *_cube(c, *_scales(rng, c)), groups, known=True)
    with expect.part("one group", otherwise="group_layer") as rng:
        judge(_images(rng, 2, 4, 3, 5), *_cube(4, *_scales(rng, 4)), 1)
    with expect.part("groups of one channel", otherwise="group_instance") as rng:
        judge(_images(rng, 2, 3, 4, 5), *_cube(3, *_scales(rng, 3)), 3)
    with expect.part("eps", otherwise="group_eps") as rng:
        judge(0.3 * _images(rng, 2, 6, 3, 2), *_cube(6, *_scales(rng, 6)), 3, eps=0.2)
    with expect.part("one image", otherwise="single_example") as rng:
        judge(_images(rng, 1, 4, 3, 2), *_cube(4, *_scales(rng, 4)), 2)
    with expect.part("float32", otherwise="float32") as rng:
        x, gamma, beta = map(single, (_images(rng, 2, 4, 3, 2), *_cube(4, *_scales(rng, 4))))
        judge(x, gamma, beta, 2)
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        (x,) = fortran(_images(rng, 2, 6, 3, 5))
        judge(x, *_cube(6, *_scales(rng, 6)), 2)


def _group_mistakes(reference: Code, x: Array, gamma: Array, beta: Array, groups: int, right: Array) -> dict[str, Any]:
    """What known mistakes make of the normalised images `right`."""
    n, c, height, width = x.shape

    def other(x: Array, groups: int = groups, **settings: float) -> Array:
        """Normalised images, scaled and shifted as they should be."""
        shape = (1, x.shape[1], 1, 1)
        out: Array = _groupnorm(reference, x, np.ones(shape), np.zeros(shape), groups, **settings)[0]
        return out

    def scaled(x: Array) -> Array:
        return gamma * x + beta

    order = _dealt(c, groups)
    whole: Array = x.reshape(n, groups, -1, height, width).swapaxes(0, 1).reshape(1, -1, height, width)
    whole = other(whole).reshape(groups, n, -1, height, width).swapaxes(0, 1).reshape(x.shape)
    size = c // groups * height * width
    unbiased = np.sqrt((size - 1) / size) * other(x, eps=EPS * (size - 1) / size)
    centred = x.reshape(n, groups, -1) - x.reshape(n, groups, -1).mean(axis=2, keepdims=True)
    var = (centred * centred).mean(axis=2, keepdims=True)
    positions = other(x.transpose(0, 2, 3, 1).reshape(n, height * width, c, 1), height * width)
    positions = positions.reshape(n, height, width, c).transpose(0, 3, 1, 2)
    return {
        "group_dealt": scaled(other(x[:, order])[:, np.argsort(order)]),
        "group_count": [scaled(other(x, count)) for count in _other_groups(c, groups)],
        "group_over_batch": scaled(whole),
        "group_each_position": scaled(positions),
        "group_unbiased": scaled(unbiased),
        "norm_eps_outside": scaled((centred / (np.sqrt(var) + EPS)).reshape(x.shape)),
        "norm_root_missing": scaled((centred / (var + EPS)).reshape(x.shape)),
        "spatial_scale_missing": _unscaled(right, gamma, beta),
    }


@item(
    "spatial_groupnorm_backward",
    module="layers",
    main=("dx", "dgamma", "dbeta"),
    edge=("one group", "groups of one channel", "one image", "float32", "memory layout"),
    needs=("spatial_groupnorm_forward",),
)
def spatial_groupnorm_backward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Gradients of the normalisation over groups of channels with respect to x, gamma and beta."""
    theirs, ours = student.layers, reference.layers
    names = ("dx", "dgamma", "dbeta")

    def gradients(x: Array, gamma: Array, beta: Array, groups: int, dout: Array) -> tuple[Any, Any, Any]:
        _, cache = _groupnorm(reference, x, gamma, beta, groups)
        found: tuple[Any, Any, Any] = ours.spatial_groupnorm_backward(dout, cache)
        return found

    def mistakes(
        x: Array, gamma: Array, beta: Array, groups: int, dout: Array, right: tuple[Array, Array, Array]
    ) -> dict[str, dict[str, Any]]:
        """For each gradient, what known mistakes make of it."""
        n, c = x.shape[:2]
        rows = (np.broadcast_to(value, x.shape).reshape(n * groups, -1) for value in (x, gamma, beta, dout))
        order = _dealt(c, groups)
        dealt, *_ = gradients(x[:, order], gamma[:, order], beta[:, order], groups, dout[:, order])
        inside, *_ = gradients(x, np.ones_like(gamma), beta, groups, dout)
        spread = np.sqrt(x.reshape(n, groups, -1).var(axis=2) + EPS).repeat(c // groups, axis=1)
        others = [gradients(x, gamma, beta, count, dout) for count in _other_groups(c, groups)]
        found: dict[str, dict[str, Any]] = {
            "dx": {
                **{key: [one.reshape(x.shape) for one in wrong] for key, wrong in path_mistakes(*rows).items()},
                "group_dealt": dealt[:, np.argsort(order)],
                "group_gamma_outside": gamma * inside,
                "group_direct_only": dout * gamma / spread[:, :, np.newaxis, np.newaxis],
                "group_count": [other[0] for other in others],
            },
            "dgamma": {"group_count": [other[1] for other in others]},
            "dbeta": {},
        }
        for name, value in zip(names, right, strict=True):
            found[name]["batch_mean"] = value / n
        for name, terms in (("dbeta", dout), ("dgamma", dout * _hats(reference, x, gamma, beta, groups))):
            found[name]["group_sum_axes"] = [
                terms.sum(axis=axes, keepdims=keep) for axes in (0, (2, 3), (0, 1, 2, 3)) for keep in (True, False)
            ]
        return found

    def judge(
        x: Array, gamma: Array, beta: Array, groups: int, dout: Array, known: bool = False
    ) -> tuple[Any, Any, Any]:
        _, cache = expect.unpack(_groupnorm(student, x, gamma, beta, groups), "out cache")
        got = expect.unpack(theirs.spatial_groupnorm_backward(dout, cache), "dx dgamma dbeta")
        right = gradients(x, gamma, beta, groups, dout)
        wrong = mistakes(x, gamma, beta, groups, dout, right) if known else {}
        for value, name, expected in zip(got, names, right, strict=True):
            expect(value, name).close_to(expected, mistakes=partial(dict, wrong.get(name, {})))
        return got

    groups = 2 + rng.randint(2)
    c = 4 * groups
    gamma, beta = _cube(c, *_scales(rng, c))
    x, dout = _images(rng, 3, c, 2, 5), normal(rng, 3, c, 2, 5)
    dx, dgamma, dbeta = judge(x, gamma, beta, groups, dout, known=True)

    def forward(x: Array, gamma: Array, beta: Array) -> Any:
        return expect.unpack(_groupnorm(student, x, gamma, beta, groups), "out cache")[0]

    expect(dx, "dx").gradient_of(lambda v: forward(v, gamma, beta), x, dout, rng)
    expect(dgamma, "dgamma").gradient_of(lambda v: forward(x, v, beta), gamma, dout, rng)
    expect(dbeta, "dbeta").gradient_of(lambda v: forward(x, gamma, v), beta, dout, rng)
    with expect.part("one group", otherwise="group_layer") as rng:
        judge(_images(rng, 2, 4, 3, 5), *_cube(4, *_scales(rng, 4)), 1, normal(rng, 2, 4, 3, 5))
    with expect.part("groups of one channel", otherwise="group_instance") as rng:
        judge(_images(rng, 2, 3, 4, 5), *_cube(3, *_scales(rng, 3)), 3, normal(rng, 2, 3, 4, 5))
    with expect.part("one image", otherwise="single_example") as rng:
        judge(_images(rng, 1, 4, 3, 2), *_cube(4, *_scales(rng, 4)), 2, normal(rng, 1, 4, 3, 2))
    with expect.part("float32", otherwise="float32") as rng:
        x, gamma, beta = map(single, (_images(rng, 2, 4, 3, 2), *_cube(4, *_scales(rng, 4))))
        judge(x, gamma, beta, 2, single(normal(rng, 2, 4, 3, 2)))
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        x, dout = fortran(_images(rng, 2, 6, 3, 5), normal(rng, 2, 6, 3, 5))
        judge(x, *_cube(6, *_scales(rng, 6)), 2, dout)


def _hats(reference: Code, x: Array, gamma: Array, beta: Array, groups: int) -> Array:
    """The normalised images, before they are scaled and shifted."""
    out: Array = _groupnorm(reference, x, np.ones_like(gamma), np.zeros_like(beta), groups)[0]
    return out

"""The layers of a network: affine, ReLU, and the two losses on scores."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..expect import Expect
from ..inputs import distinct, fortran, single
from ..registry import item
from ..student import Code
from ..values import Array

#: The slope that "leaky" units usually have below zero.
LEAK = 0.01


# ---- affine ---------------------------------------------------------------------------------------------------


def _affine_inputs(rng: np.random.RandomState, n: int, example: list[int], m: int) -> tuple[Array, Array, Array]:
    """A batch of n examples of the shape `example`, weights and biases of m units."""
    d = math.prod(example)
    return rng.standard_normal((n, *example)), rng.standard_normal((d, m)) / np.sqrt(d), rng.standard_normal(m)


@item(
    "affine_forward",
    module="layers",
    main=("rows", "images"),
    edge=("one example", "float32", "memory layout"),
)
def affine_forward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Output of an affine layer, for examples of any shape."""

    def judge(x: Array, w: Array, b: Array) -> None:
        out, _ = expect.unpack(student.layers.affine_forward(x, w, b), "out cache")
        right, _ = reference.layers.affine_forward(x, w, b)
        expect(out, "out").close_to(
            right, mistakes=lambda: {"bias_missing": right - b, "bias_subtracted": right - 2 * b}
        )

    n, d, m = distinct(rng, 3)
    judge(*_affine_inputs(rng, n, [d], m))
    with expect.part("images", otherwise="not_flattened") as rng:
        n, height, width, m = distinct(rng, 4)
        judge(*_affine_inputs(rng, n, [2, height, width], m))
    with expect.part("one example", otherwise="single_example") as rng:
        judge(*_affine_inputs(rng, 1, [4], 2))
    with expect.part("float32", otherwise="float32") as rng:
        judge(*map(single, _affine_inputs(rng, 4, [3, 2], 5)))
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        judge(*fortran(*_affine_inputs(rng, 4, [2, 3, 5], 6)))


@item(
    "affine_backward",
    module="layers",
    main=("dx", "dw", "db"),
    edge=("one example", "float32", "memory layout"),
    needs=("affine_forward",),
)
def affine_backward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Gradients of an affine layer with respect to x, w and b."""
    theirs, ours = student.layers, reference.layers

    def judge(x: Array, w: Array, b: Array, dout: Array) -> tuple[Any, Any, Any]:
        _, cache = expect.unpack(theirs.affine_forward(x, w, b), "out cache")
        got = expect.unpack(theirs.affine_backward(dout, cache), "dx dw db")
        _, cache = ours.affine_forward(x, w, b)
        right = ours.affine_backward(dout, cache)
        for value, name, expected in zip(got, ("dx", "dw", "db"), right, strict=True):
            known = {"summed_wrong_axis": dout.sum(axis=1)} if name == "db" else {}
            if len(x) > 1:
                known["batch_mean"] = expected / len(x)
            expect(value, name).close_to(expected, mistakes=partial(dict, known))
        return got

    n, height, width, m = distinct(rng, 4)
    x, w, b = _affine_inputs(rng, n, [2, height, width], m)
    dout = rng.standard_normal((n, m))
    dx, dw, db = judge(x, w, b, dout)

    def forward(x: Array, w: Array, b: Array) -> Any:
        return expect.unpack(theirs.affine_forward(x, w, b), "out cache")[0]

    expect(dx, "dx").gradient_of(lambda v: forward(v, w, b), x, dout, rng)
    expect(dw, "dw").gradient_of(lambda v: forward(x, v, b), w, dout, rng)
    expect(db, "db").gradient_of(lambda v: forward(x, w, v), b, dout, rng)
    with expect.part("one example", otherwise="single_example") as rng:
        judge(*_affine_inputs(rng, 1, [4], 2), rng.standard_normal((1, 2)))
    with expect.part("float32", otherwise="float32") as rng:
        judge(*map(single, (*_affine_inputs(rng, 4, [3, 2], 5), rng.standard_normal((4, 5)))))
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        judge(*fortran(*_affine_inputs(rng, 4, [2, 3, 5], 6), rng.standard_normal((4, 6))))


# ---- ReLU -----------------------------------------------------------------------------------------------------


@item("relu_forward", module="layers", main=("out",), edge=("one example", "float32", "memory layout"))
def relu_forward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Output of rectified linear units."""

    def judge(x: Array) -> None:
        out, _ = expect.unpack(student.layers.relu_forward(x), "out cache")
        right, _ = reference.layers.relu_forward(x)
        expect(out, "out").close_to(
            right,
            mistakes=lambda: {
                "leaky": right + LEAK * (x - right),
                "relu_absolute": 2 * right - x,
                "relu_below": x - right,
                "relu_mask": (right > 0).astype(float),
            },
        )

    judge(rng.standard_normal(distinct(rng, 3)))
    with expect.part("one example", otherwise="single_example") as rng:
        judge(rng.standard_normal((1, 5)))
    with expect.part("float32", otherwise="float32") as rng:
        judge(single(rng.standard_normal((4, 3))))
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        judge(np.asfortranarray(rng.standard_normal((4, 3, 5))))


@item(
    "relu_backward",
    module="layers",
    main=("dx",),
    edge=("one example", "float32", "memory layout"),
    needs=("relu_forward",),
)
def relu_backward(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Gradient of rectified linear units. (What happens at exactly 0 is not judged.)"""
    theirs, ours = student.layers, reference.layers

    def judge(x: Array, dout: Array) -> Any:
        _, cache = expect.unpack(theirs.relu_forward(x), "out cache")
        dx = theirs.relu_backward(dout, cache)
        _, cache = ours.relu_forward(x)
        right = ours.relu_backward(dout, cache)
        expect(dx, "dx").close_to(
            right,
            mistakes=lambda: {
                "dout_ignored": (x > 0).astype(float),
                "mask_by_dout": np.maximum(dout, 0),
                "mask_missing": dout,
                "mask_inverted": dout - right,
                "dout_times_x": right * x,
                "leaky": right + LEAK * (dout - right),
            },
        )
        return dx

    shape = distinct(rng, 3)
    x, dout = rng.standard_normal(shape), rng.standard_normal(shape)
    dx = judge(x, dout)
    # Steps of 1e-5 may cross a kink at 0; no element of x is that close.
    expect(dx, "dx").gradient_of(lambda v: expect.unpack(theirs.relu_forward(v), "out cache")[0], x, dout, rng)
    with expect.part("one example", otherwise="single_example") as rng:
        judge(rng.standard_normal((1, 5)), rng.standard_normal((1, 5)))
    with expect.part("float32", otherwise="float32") as rng:
        judge(single(rng.standard_normal((4, 3))), single(rng.standard_normal((4, 3))))
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        judge(*fortran(rng.standard_normal((4, 3, 5)), rng.standard_normal((4, 3, 5))))


# ---- losses ---------------------------------------------------------------------------------------------------


def _scores(rng: np.random.RandomState, n: int, c: int) -> tuple[Array, Array]:
    """Scores (n, c) of order one, and labels (n,)."""
    return rng.standard_normal((n, c)), rng.randint(0, c, n)


def _at_labels(x: Array, y: Array) -> Array:
    """An array of x's shape that is 1 at each row's label and 0 elsewhere."""
    marked = np.zeros(x.shape)
    marked[np.arange(len(y)), y] = 1.0
    return marked


@item(
    "svm_loss",
    module="layers",
    main=("loss", "dx"),
    edge=("one example, two classes", "float32", "memory layout", "large scores"),
)
def svm_loss(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Multiclass hinge loss of scores, and its gradient."""
    theirs, ours = student.layers.svm_loss, reference.layers.svm_loss

    def judge(x: Array, y: Array) -> Any:
        loss, dx = expect.unpack(theirs(x, y), "loss dx")
        right, right_dx = ours(x, y)
        n, at_labels = len(y), _at_labels(x, y)
        # A score of the right class that is higher by 1 has the margins of a loss without the 1.
        no_margin, no_margin_dx = ours(x + at_labels, y)
        expect(loss, "loss").close_to(
            right,
            count=n,
            mistakes=lambda: {
                "correct_class_margin": right + 1.0,
                "margin_missing": no_margin,
                "mean_over_classes": right / x.shape[1],
            },
        )
        others = right_dx * (1 - at_labels)
        expect(dx, "dx").close_to(
            right_dx,
            count=n,
            mistakes=lambda: {
                "label_gradient_missing": others,
                "label_gradient_once": others - at_labels * (right_dx < 0) / n,
                "correct_class_gradient": right_dx + at_labels / n,
                "margin_missing": no_margin_dx,
                "mean_over_classes": right_dx / x.shape[1],
            },
        )
        return dx

    n, c = distinct(rng, 2)
    x, y = _scores(rng, n, c)
    dx = judge(x, y)
    expect(dx, "dx").gradient_of(lambda v: expect.unpack(theirs(v, y), "loss dx")[0], x, 1.0, rng)
    with expect.part("one example, two classes", otherwise="single_example") as rng:
        x, y = _scores(rng, 1, 2)
        judge(x, y)
    with expect.part("float32", otherwise="float32") as rng:
        x, y = _scores(rng, 5, 4)
        judge(single(x), y)
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        x, y = _scores(rng, 6, 4)
        judge(np.asfortranarray(x), y)
    with expect.part("large scores") as rng:
        x, y = _scores(rng, 4, 5)
        judge(1e4 * x, y)


@item(
    "softmax_loss",
    module="layers",
    main=("loss", "dx"),
    edge=("one example, two classes", "float32", "memory layout", "large scores", "scores far apart"),
)
def softmax_loss(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Cross-entropy loss of scores after a softmax, and its gradient."""
    theirs, ours = student.layers.softmax_loss, reference.layers.softmax_loss

    def judge(x: Array, y: Array) -> Any:
        loss, dx = expect.unpack(theirs(x, y), "loss dx")
        right, right_dx = ours(x, y)
        n, at_labels = len(y), _at_labels(x, y)
        probabilities = n * right_dx + at_labels

        def loss_mistakes() -> dict[str, Any]:
            label_scores = np.sum(x * at_labels, axis=1)
            return {
                "softmax_without_log": float(np.mean(np.sum(probabilities * at_labels, axis=1))),
                "label_score_missing": right + float(np.mean(label_scores)),
            }

        def gradient_mistakes() -> dict[str, Any]:
            return {
                "minus_one_missing": probabilities / n,
                "minus_one_unscaled": probabilities / n - at_labels,
                "minus_one_everywhere": right_dx - (1 - at_labels) / n,
            }

        expect(loss, "loss").close_to(right, count=n, mistakes=loss_mistakes)
        expect(dx, "dx").close_to(right_dx, count=n, mistakes=gradient_mistakes)
        return dx

    n, c = distinct(rng, 2)
    x, y = _scores(rng, n, c)
    dx = judge(x, y)
    expect(dx, "dx").gradient_of(lambda v: expect.unpack(theirs(v, y), "loss dx")[0], x, 1.0, rng)
    with expect.part("one example, two classes", otherwise="single_example") as rng:
        x, y = _scores(rng, 1, 2)
        judge(x, y)
    with expect.part("float32", otherwise="float32") as rng:
        x, y = _scores(rng, 5, 4)
        judge(single(x), y)
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        x, y = _scores(rng, 6, 4)
        judge(np.asfortranarray(x), y)
    with expect.part("large scores", otherwise="overflow") as rng:
        # exp(1000) overflows, but within a row the scores are close: no probability is too small for its log.
        x, y = _scores(rng, 4, 5)
        judge(x + rng.uniform(1e3, 1e4, (4, 1)) * np.array([[1.0], [-1.0], [1.0], [-1.0]]), y)
    with expect.part("scores far apart", otherwise="log_of_zero") as rng:
        x, y = _scores(rng, 4, 5)
        judge(1e4 * x, y)

"""Linear classifiers: hinge and cross-entropy loss of scores X W, their training and their predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..compare import close, close_to_any, difference
from ..executor import CodeError
from ..expect import Expect
from ..inputs import distinct, fortran
from ..registry import item
from ..student import Code, Handle, an_object, call, is_live, plain
from ..values import Array

#: Hint key -> the result that the mistake gives.
_Table = dict[str, Any]


def _problem(rng: np.random.RandomState, n: int, d: int, c: int) -> tuple[Array, Array, Array]:
    """Weights (d, c), inputs (n, d) and labels (n,) of a random problem whose margins are of order one."""
    return rng.standard_normal((d, c)), rng.standard_normal((n, d)), rng.randint(0, c, n)


# ---- losses ---------------------------------------------------------------------------------------------------


def _loss_mistakes(right: float, data: float, w: Array, reg: float, n: int) -> _Table:
    """Mistakes that hinge and cross-entropy loss share; `data` is the loss without regularisation."""
    penalty = right - data
    return {
        "loss_without_reg": data,
        "half_reg": data + penalty / 2,
        "data_sum_not_mean": data * n + penalty,
        "reg_times_n": data + penalty * n,
        "reg_divided": data + penalty / n,
        "reg_without_last_row": data + reg * np.sum(w[:-1] ** 2),
        "reg_not_squared": [data + reg * size for size in (np.sum(np.abs(w)), np.sum(w), np.sqrt(np.sum(w * w)))],
    }


def _gradient_mistakes(x: Array, at: Array, dscores: Array, penalty: Array) -> _Table:
    """Mistakes that both gradients share.

    `at` (N, C) is 1 at the labels, `dscores` (N, C) the gradient of the data loss by the scores and `penalty`
    (D, C) that of the regularisation by W.
    """
    n = len(x)
    data = x.T @ dscores
    labels, others = x.T @ (dscores * at), x.T @ (dscores * (1 - at))
    last = np.outer(x[-1], dscores[-1])
    without_last_row = penalty.copy()
    without_last_row[-1] = 0
    return {
        "gradient_without_reg": data,
        "half_reg_gradient": data + penalty / 2,
        "data_sum_not_mean": data * n + penalty,
        "reg_times_n": data + penalty * n,
        "reg_divided": data + penalty / n,
        "reg_without_last_row": data + without_last_row,
        "reg_gradient_sign": data - penalty,
        "data_gradient_sign": penalty - data,
        "gradient_of_reg_only": penalty,
        "label_gradient_missing": others + penalty,
        "label_gradient_sign": others - labels + penalty,
        "gradient_of_last_example": [last + penalty, last * n + penalty],
    }


def _hinge_mistakes(layers: Any, w: Array, x: Array, y: Array, at: Array, penalties: tuple[float, Array]) -> _Table:
    """Mistakes of the hinge loss alone; `layers` is the reference's module of losses on scores."""
    scores, n = x @ w, len(x)
    penalty, dpenalty = penalties
    loss, dscores = layers.svm_loss(scores, y)
    # A label's score that is higher by 1 has the margins of a loss without the 1.
    no_margin, no_margin_dscores = layers.svm_loss(scores + at, y)
    reversed_margin, _ = layers.svm_loss(-scores, y)
    beaten = np.sum((scores > np.sum(scores * at, axis=1, keepdims=True)) / n)
    others = dscores * (1 - at)
    violated = dscores * at < 0
    return {
        "loss": {
            "correct_class_margin": loss + 1 + penalty,
            "margin_missing": no_margin + penalty,
            "margin_after_comparison": no_margin + beaten + penalty,
            "margin_reversed": reversed_margin + penalty,
        },
        "dW": {
            "correct_class_gradient": [x.T @ (dscores + sign * at / n) + dpenalty for sign in (-1, 1)],
            "label_gradient_once": [x.T @ (others - marks / n) + dpenalty for marks in (at * violated, at)],
            "margin_missing": x.T @ no_margin_dscores + dpenalty,
        },
    }


def _softmax_mistakes(layers: Any, w: Array, x: Array, y: Array, at: Array, penalties: tuple[float, Array]) -> _Table:
    """Mistakes of the cross-entropy loss alone."""
    scores, n = x @ w, len(x)
    penalty, dpenalty = penalties
    loss, dscores = layers.softmax_loss(scores, y)
    probabilities = n * dscores + at
    logs = np.log(probabilities)
    exps = np.exp(scores)
    pairs = -np.sum(logs[:, y])
    wrong_axis = [np.log(exps / np.sum(exps, axis=0)), np.log(exps / np.sum(exps))]
    return {
        "loss": {
            "softmax_without_log": [penalty + sign * np.sum(probabilities * at) / n for sign in (1, -1)],
            "log_sign": penalty - loss,
            "log_of_all_classes": [penalty - np.sum(logs) / n, penalty - np.mean(logs)],
            "log_of_best_class": penalty - np.mean(np.max(logs, axis=1)),
            "all_pairs_indexed": [penalty + pairs / n, penalty + pairs / n**2],
            "softmax_axis": [penalty - np.sum(wrong * at) / n for wrong in wrong_axis],
            "label_score_missing": loss + np.sum(scores * at) / n + penalty,
        },
        "dW": {
            "one_not_subtracted": x.T @ probabilities / n + dpenalty,
            "one_unscaled": x.T @ (probabilities / n - at) + dpenalty,
            "one_everywhere": x.T @ (probabilities - 1) / n + dpenalty,
        },
    }


#: Module of a loss function -> the mistakes of its kind of loss alone, and the loss on scores that it is.
_KINDS_OF_LOSS = {"linear_svm": (_hinge_mistakes, "svm_loss"), "softmax": (_softmax_mistakes, "softmax_loss")}


def _function(code: Code, path: str) -> Any:
    """The loss function at `path`, its module and name."""
    module, name = path.split(".")
    return getattr(getattr(code.classifiers, module), name)


def _mistakes(reference: Code, path: str, w: Array, x: Array, y: Array, reg: float) -> dict[str, _Table]:
    """Mistakes in "loss" and "dW" that the loss function at `path` may make of these arguments."""
    special, on_scores = _KINDS_OF_LOSS[path.partition(".")[0]]
    ours, n, at = _function(reference, path), len(x), np.eye(w.shape[1])[y]
    right, right_dw = ours(w, x, y, reg)
    data, data_dw = ours(w, x, y, 0.0)
    last = ours(w, x[-1:], y[-1:], 0.0)[0]
    particular = special(reference.layers, w, x, y, at, (right - data, right_dw - data_dw))
    _, dscores = getattr(reference.layers, on_scores)(x @ w, y)
    return {
        "loss": {
            **_loss_mistakes(right, data, w, reg, n),
            "loss_of_last_example": [last / n + right - data, last + right - data],
            **particular["loss"],
        },
        "dW": {**_gradient_mistakes(x, at, dscores, right_dw - data_dw), **particular["dW"]},
    }


def _check_loss(path: str, student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """What the four loss functions have in common; `path` is the function's module and name."""
    softmax = path.startswith("softmax.")
    theirs, ours = _function(student, path), _function(reference, path)

    def judge(w: Array, x: Array, y: Array, nonfinite: str = "") -> None:
        right, right_dw = ours(w, x, y, 0.0)
        loss, dw = expect.unpack(theirs(w, x, y, 0.0), "loss dW")
        expect(loss, "loss").close_to(right, nonfinite=nonfinite)
        expect(dw, "dW").close_to(right_dw, any_dtype=True, nonfinite=nonfinite)

    n, d, c = distinct(rng, 3)
    n += 7  # enough examples for margins on either side of every threshold
    w, x, y = _problem(rng, n, d, c)
    y[-1] = np.argmin(x[-1] @ w)  # so that the last example has a loss
    reg = 0.1 + rng.random_sample()
    right, right_dw = ours(w, x, y, reg)
    mistakes = _mistakes(reference, path, w, x, y, reg)
    loss, dw = expect.unpack(theirs(w, x, y, reg), "loss dW")
    expect(loss, "loss").close_to(
        right, count=n, nonfinite="overflow" if softmax else "", mistakes=lambda: mistakes["loss"]
    )
    expect(dw, "dW").close_to(right_dw, count=n, any_dtype=True, mistakes=lambda: mistakes["dW"])
    expect(dw, "dW").gradient_of(lambda v: expect.unpack(theirs(v, x, y, reg), "loss dW")[0], w, 1.0, rng)
    with expect.part("one example, two classes", otherwise="single_example") as rng:
        judge(*_problem(rng, 1, 3, 2))
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        w, x, y = _problem(rng, 4, 6, 5)
        w, x = fortran(w, x)
        judge(w, x, y)
    if softmax:
        with expect.part("large scores", otherwise="overflow") as rng:
            # exp(1000) overflows, but within a row the scores are close: no probability is too small for its log.
            w, x, y = _problem(rng, 4, 5, 3)
            w[-1], x[:, -1] = rng.uniform(1e3, 1e4), [1.0, -1.0, 0.0, 1.0]
            judge(w, x, y, "overflow")


_LOSS_PARTS = ("one example, two classes", "memory layout")


@item("svm_loss_naive", module="classifiers.linear_svm", main=("loss", "dW"), edge=_LOSS_PARTS)
def svm_loss_naive(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Multiclass hinge loss and its gradient, with loops."""
    _check_loss("linear_svm.svm_loss_naive", student, reference, expect, rng)


@item("svm_loss_vectorized", module="classifiers.linear_svm", main=("loss", "dW"), edge=_LOSS_PARTS, max_loops=0)
def svm_loss_vectorized(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Multiclass hinge loss and its gradient, without loops."""
    _check_loss("linear_svm.svm_loss_vectorized", student, reference, expect, rng)


@item("softmax_loss_naive", module="classifiers.softmax", main=("loss", "dW"), edge=(*_LOSS_PARTS, "large scores"))
def softmax_loss_naive(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Cross-entropy loss of a softmax and its gradient, with loops."""
    _check_loss("softmax.softmax_loss_naive", student, reference, expect, rng)


@item(
    "softmax_loss_vectorized",
    module="classifiers.softmax",
    main=("loss", "dW"),
    edge=(*_LOSS_PARTS, "large scores"),
    max_loops=0,
)
def softmax_loss_vectorized(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Cross-entropy loss of a softmax and its gradient, without loops."""
    _check_loss("softmax.softmax_loss_vectorized", student, reference, expect, rng)


# ---- training -------------------------------------------------------------------------------------------------
#
# Batches are random, and how a solution draws them is its own affair: its steps are judged where all examples are
# equal, so that every batch gives the same gradient, and its batches where each example moves its own row of W.
# Gradients are those of the student's own loss: whether that is right is another item. But it must be a loss: one that
# calls every gradient zero would make training of leaving W alone.

#: The student's classifiers -> the loss function of each.
_LOSSES = {"LinearSVM": "linear_svm.svm_loss_vectorized", "Softmax": "softmax.softmax_loss_vectorized"}


class _NoLoss(CodeError):
    """The student has no loss yet that anything could be trained with."""

    def __init__(self) -> None:
        super().__init__("NotImplementedError", "svm_loss_vectorized")


@dataclass(frozen=True)
class _Classifier:
    """One of the student's classifiers, with its own loss."""

    kind: str
    student: Code
    reference: Code

    def new(self) -> Handle:
        """A classifier that is not trained yet."""
        return an_object(getattr(self.student.classifiers.linear_classifier, self.kind)(), self.kind)

    def starting_at(self, w: Array) -> Handle:
        """A classifier with the weights `w`."""
        model = self.new()
        model.W = w
        return model

    def gradient(self, w: Array, x: Array, y: Array, reg: float) -> tuple[float, Array]:
        """Loss and gradient as the classifier computes them; raise `_NoLoss` if it does not, or if they are neither
        right nor what a mistake gives that is known here. (Where the reference is a recording, they are believed.)"""
        model = self.starting_at(w)
        try:
            value = call(model, "loss", x, y, reg)
        except CodeError:
            raise _NoLoss from None
        if type(value) is not tuple or len(value) != 2:
            raise _NoLoss
        loss, dw = value
        if difference(loss, 0.0, rtol=np.inf) or difference(dw, w, rtol=np.inf, any_dtype=True):
            raise _NoLoss
        if is_live(self.reference) and not self._is_known(loss, dw, w, x, y, reg):
            raise _NoLoss
        return float(loss), np.asarray(dw, dtype=np.float64)

    def _is_known(self, loss: Any, dw: Any, w: Array, x: Array, y: Array, reg: float) -> bool:
        path = _LOSSES[self.kind]
        right, right_dw = _function(self.reference, path)(w, x, y, reg)
        if close(loss, right) and close(dw, right_dw):
            return True
        mistakes = _mistakes(self.reference, path, w, x, y, reg)
        return all(
            any(close_to_any(got, one) for one in (known, *mistakes[name].values()))
            for got, name, known in ((loss, "loss", right), (dw, "dW", right_dw))
        )


def _trainable(student: Code, reference: Code, rng: np.random.RandomState) -> _Classifier:
    """The student's classifier to train: one whose loss moves just those rows of W that its examples touch."""
    w, x, y = np.zeros((4, 3)), np.eye(4)[:2], np.array([2, 0])
    problem = _problem(rng, 12, 5, 4)
    for kind in _LOSSES:
        classifier = _Classifier(kind, student, reference)
        try:
            _, dw = classifier.gradient(w, x, y, 0.0)
            classifier.gradient(*problem, 0.3)
        except _NoLoss:
            continue
        if list(np.any(dw != 0, axis=1)) == [True, True, False, False]:
            return classifier
    raise _NoLoss


def _check_steps(classifier: _Classifier, expect: Expect, rng: np.random.RandomState) -> None:
    steps, batch, rate, reg = 4, 5, 0.05, 0.3
    d, c = distinct(rng, 2)
    w = rng.standard_normal((d, c))
    example = rng.standard_normal(d)
    x, y = np.tile(example, (8, 1)), np.full(8, np.argmin(example @ w))  # a label with a loss

    def path(rate: float, reg: float = reg, steps: int = steps) -> tuple[Array, Array]:
        """W after all steps, and the losses: one before each step, and the last one after it."""
        losses, now = [], w
        for _ in range(steps + 1):
            loss, dw = classifier.gradient(now, x[:batch], y[:batch], reg)
            losses.append(loss)
            previous, now = now, now - rate * dw
        return previous, np.array(losses)

    model = classifier.starting_at(w)
    history = call(model, "train", x, y, learning_rate=rate, reg=reg, num_iters=steps, batch_size=batch)
    last, losses = path(rate)
    expect(model.W, "W").close_to(
        last,
        any_dtype=True,
        mistakes=lambda: {
            "not_updated": w,
            "ascends": path(-rate)[0],
            "rate_missing": path(1.0)[0],
            "rate_divided": path(rate / batch)[0],
            "one_step_only": path(rate, steps=1)[0],
            "unregularised_training": path(rate, 0.0)[0],
        },
    )
    expect(plain(history), "loss_history").close_to(
        losses[:-1],
        any_dtype=True,
        mistakes=lambda: {"loss_after_step": losses[1:]},
        otherwise="loss_history",
    )


def _check_batches(classifier: _Classifier, expect: Expect, rng: np.random.RandomState) -> None:
    n, batch, steps = 200, 12, 10
    x, y, start = np.eye(n), rng.randint(0, 3, n), np.zeros((n, 3))
    _, unit = classifier.gradient(start, x, y, 0.0)
    if not np.all(np.any(unit != 0, axis=1)):
        raise _NoLoss

    def weights(steps: int) -> Array | None:
        model = classifier.starting_at(start)
        call(model, "train", x, y, learning_rate=1e-3, reg=0.0, num_iters=steps, batch_size=batch)
        w = model.W
        return np.asarray(w) if expect(w, "W").close_to(start, rtol=np.inf, any_dtype=True) else None

    one, many = weights(1), weights(steps)
    if one is None or many is None:
        return
    drawn = np.flatnonzero(np.any(one != 0, axis=1))
    if not len(drawn):
        expect.that(False, "minibatches", "no_step", "not_updated", batch=batch, n=n)
        return
    # How often an example was drawn, counted in draws of the example that was drawn least often. That none of 12
    # draws from 200 examples is the only one of its example has the probability 1e-10.
    counts = np.sum(np.abs(one), axis=1) / np.sum(np.abs(unit), axis=1)
    counts /= np.min(counts[drawn])
    fits = np.abs(np.sum(one * unit, axis=1)) > 0.99 * np.sqrt(np.sum(one**2, axis=1) * np.sum(unit**2, axis=1))
    used = int(np.sum(np.any(many != 0, axis=1)))

    def that(fact: bool, key: str, **parts: Any) -> bool:
        return expect.that(fact, "minibatches", key, key, **parts)

    # 120 draws hit some 90 examples.
    if (
        that(len(drawn) < n, "whole_set", n=n, batch=batch)
        and that(bool(np.all(fits[drawn])), "labels_drawn_apart")
        and that(close(np.sum(counts), float(batch)), "batch_size", got=np.sum(counts), batch=batch)
        and that(used > 3 * batch, "same_batch", steps=steps, batch=batch, n=n, got=used)
    ):
        that(bool(np.ptp(drawn) >= len(drawn)), "neighbouring_rows", batch=batch)


@item(
    "LinearClassifier_train",
    module="classifiers.linear_classifier",
    function="train",
    main=("W", "loss_history", "minibatches"),
    edge=("first weights",),
    needs=("svm_loss_vectorized",),
)
def linear_classifier_train(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Stochastic gradient descent on random minibatches."""
    classifier = _trainable(student, reference, rng)
    _check_steps(classifier, expect, rng)
    with expect.part("minibatches") as rng:
        _check_batches(classifier, expect, rng)
    with expect.part("first weights", otherwise="first_weights") as rng:
        x, y = rng.standard_normal((6, 5)), np.array([1, 0, 3, 0, 3, 1])
        model = classifier.new()
        call(model, "train", x, y, learning_rate=1e-9, reg=0.0, num_iters=1, batch_size=3)
        w = model.W
        if expect(w, "W").close_to(np.zeros((5, 4)), rtol=np.inf, any_dtype=True):
            largest = float(np.max(np.abs(w)))
            expect.that(largest < 0.01, "first weights", "first_weights", "first_weights", got=largest)


# ---- prediction -----------------------------------------------------------------------------------------------


def _predict(model: Handle, w: Array, x: Array) -> Any:
    model.W = w
    return plain(call(model, "predict", x))


@item(
    "LinearClassifier_predict",
    module="classifiers.linear_classifier",
    function="predict",
    main=("y_pred",),
    edge=("one example, two classes",),
)
def linear_classifier_predict(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """The class with the largest score."""

    theirs = an_object(student.classifiers.linear_classifier.LinearClassifier(), "LinearClassifier")
    ours: Handle = reference.classifiers.linear_classifier.LinearClassifier()

    def judge(n: int, d: int, c: int) -> None:
        w, x, _ = _problem(rng, n, d, c)
        right, smallest = _predict(ours, w, x), _predict(ours, -w, x)
        scores = x @ w
        expect(_predict(theirs, w, x), "y_pred").close_to(
            right,
            any_dtype=True,
            mistakes=lambda: {
                "argmax_axis": np.argmax(scores, axis=0),
                "scores_returned": scores,
                "score_not_class": np.max(scores, axis=1),
                "smallest_score": smallest,
            },
        )

    n, d, c = distinct(rng, 3)
    judge(n + 5, d, c)
    with expect.part("one example, two classes", otherwise="single_example") as rng:
        judge(1, 3, 2)

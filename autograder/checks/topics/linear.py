"""Linear classifiers: hinge and cross-entropy loss of scores X W, and their training."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..expect import Expect
from ..registry import item
from ..student import Code
from ..values import Array


def _problem(rng: np.random.RandomState, n: int, d: int, c: int) -> tuple[Array, Array, Array]:
    """Weights (d, c), inputs (n, d) and labels (n,) of a random problem whose margins are of order one."""
    return rng.standard_normal((d, c)), rng.standard_normal((n, d)), rng.randint(0, c, n)


def _check_loss(loss: str, student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """What the four loss functions have in common; `loss` is the function's name, its module precedes it."""
    module, _, name = loss.rpartition(".")
    theirs = getattr(getattr(student.classifiers, module), name)
    ours = getattr(getattr(reference.classifiers, module), name)
    n, d, c = rng.randint(5, 9), rng.randint(4, 7), rng.randint(3, 6)
    w, x, y = _problem(rng, n, d, c)
    reg = 0.1 + rng.random_sample()
    value, dw = expect.unpack(theirs(w, x, y, reg), "loss dW")
    right, right_dw = ours(w, x, y, reg)
    plain, plain_dw = ours(w, x, y, 0.0)

    def loss_mistakes() -> dict[str, Any]:
        penalty = reg * float(np.sum(w * w))
        return {
            "loss_without_reg": plain,
            "half_reg": plain + penalty / 2,
            "sum_not_mean": plain * n + penalty,
            "correct_class_margin": right + 1.0,
            "reg_times_n": plain + n * penalty,
            "reg_divided": plain + penalty / n,
        }

    def gradient_mistakes() -> dict[str, Any]:
        return {
            "gradient_without_reg": plain_dw,
            "half_reg_gradient": plain_dw + reg * w,
            "sum_not_mean": plain_dw * n + 2 * reg * w,
            "reg_divided": plain_dw + 2 * reg * w / n,
        }

    expect(value, "loss").close_to(right, mistakes=loss_mistakes, count=n)
    expect(dw, "dW").close_to(right_dw, mistakes=gradient_mistakes, count=n)
    expect(dw, "dW").gradient_of(lambda v: theirs(v, x, y, reg)[0], w, 1.0, rng)
    with expect.part("one example, two classes") as rng:
        w, x, y = _problem(rng, 1, 3, 2)
        value, dw = expect.unpack(theirs(w, x, y, 0.0), "loss dW")
        right, right_dw = ours(w, x, y, 0.0)
        expect(value, "the loss of one example").close_to(right, otherwise="single_example")
        expect(dw, "dW of one example").close_to(right_dw, otherwise="single_example")


@item("svm_loss_naive", module="classifiers.linear_svm", main=("loss", "dW"), edge=("one example, two classes",))
def svm_loss_naive(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Multiclass hinge loss and its gradient, with loops."""
    _check_loss("linear_svm.svm_loss_naive", student, reference, expect, rng)


@item(
    "svm_loss_vectorized",
    module="classifiers.linear_svm",
    main=("loss", "dW"),
    edge=("one example, two classes",),
    max_loops=0,
)
def svm_loss_vectorized(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Multiclass hinge loss and its gradient, without loops."""
    _check_loss("linear_svm.svm_loss_vectorized", student, reference, expect, rng)

"""Update rules."""

from __future__ import annotations

import numpy as np

from ..compare import close
from ..expect import Expect
from ..inputs import distinct, single
from ..registry import item
from ..student import Code, Handle
from ..values import Array


@item("sgd", module="optim", main=("next_w",), edge=("config", "default rate", "float32"), in_place=True)
def sgd(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """One step of stochastic gradient descent."""

    def judge(w: Array, dw: Array, rate: float | None) -> None:
        given = None if rate is None else {"learning_rate": rate}
        next_w, config = expect.unpack(student.optim.sgd(w, dw, given), "next_w config")
        right, _ = reference.optim.sgd(w, dw, given)
        expect(next_w, "next_w").close_to(
            right,
            mistakes=lambda: {
                "sgd_ascends": 2 * w - right,
                "sgd_step_only": right - w,
                "sgd_rate_missing": w - dw,
                "sgd_stays": w,
            },
        )
        if rate is not None and "config" not in expect.failures:
            with expect.part("config", otherwise="sgd_config"):
                kept = isinstance(config, Handle) and close(config["learning_rate"], rate)
                expect.that(kept, "config", "sgd_config", "sgd_config", rate=rate)

    shape = distinct(rng, 3)
    judge(rng.standard_normal(shape), rng.standard_normal(shape), 0.05 + rng.random_sample())
    with expect.part("default rate", otherwise="sgd_default") as rng:
        judge(rng.standard_normal(4), rng.standard_normal(4), None)
    with expect.part("float32", otherwise="float32") as rng:
        judge(single(rng.standard_normal((3, 2))), single(rng.standard_normal((3, 2))), 0.5)

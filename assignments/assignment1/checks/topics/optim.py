"""Update rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..compare import close
from ..expect import Expect, Mistakes
from ..inputs import distinct, single
from ..registry import item
from ..student import Code, Handle, an_object, changes_of
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


# ---- rules that remember --------------------------------------------------------------------------------------
#
# A rule is judged step by step: the weights are the reference's at each step, the config is what the rule itself has
# returned at the last one. What a step adds to the weights does not depend on them, so that a mistake's results can be
# told from the gradients so far.

#: How many steps are taken: enough that what was forgotten, or kept in a wrong way, shows.
STEPS = 4

EPSILON = 1e-8
#: What other settings are by default: the learning rate of most rules, and of Adam.
DEFAULTS = (
    ("learning_rate", 1e-2),
    ("learning_rate", 1e-3),
    ("momentum", 0.9),
    ("decay_rate", 0.99),
    ("beta1", 0.9),
    ("beta2", 0.999),
)

#: An update rule of the code under test, or of the reference.
_Function = Callable[..., Any]
_Settings = Mapping[str, float]
_State = Mapping[str, Any]
#: (gradients so far, settings, state before them) -> what the last step adds to the weights.
_Step = Callable[[list[Array], _Settings, _State], Any]
#: The same -> hint key -> what it adds with that mistake.
_Known = Callable[[list[Array], _Settings, _State], Mistakes]


@dataclass(frozen=True)
class _Rule:
    """What is known of a rule: `settings` are drawn between these bounds; `state` are the arrays it remembers, each
    with whether it is a mean of squares; `step` is the right step, `known` its mistakes and `nonfinite` the hint for
    NaN."""

    settings: Mapping[str, tuple[float, float]]
    state: Mapping[str, bool]
    step: _Step
    known: _Known
    nonfinite: str = ""
    counts: bool = False

    def draw_settings(self, rng: np.random.RandomState) -> dict[str, float]:
        """Settings that are far from the defaults, so that what is in the wrong place shows; but an epsilon as small as
        it is, because where it stands is a part of its own."""
        drawn = {name: float(rng.uniform(*bounds)) for name, bounds in self.settings.items()}
        return {**drawn, "epsilon": EPSILON} if "epsilon" in drawn else drawn

    def draw_state(self, rng: np.random.RandomState, shape: tuple[int, ...]) -> dict[str, Any]:
        """What the rule may remember of steps long ago."""
        draws = {name: rng.standard_normal(shape) for name in self.state}
        state = {name: np.abs(value) if self.state[name] else value for name, value in draws.items()}
        return {**state, "t": 5} if self.counts else state


#: Edge parts of every rule that remembers.
_EDGE = ("state", "continued", "default settings", "float32")


def _judge_rule(
    rule: _Rule, theirs: _Function, ours: _Function, student: Code, expect: Expect, rng: np.random.RandomState
) -> None:
    """Judge the update rule `theirs` by `ours`."""

    def walk(
        config: dict[str, Any] | None, w: Array, gradients: list[Array], nonfinite: str = rule.nonfinite
    ) -> tuple[Any, Any]:
        """Take and judge a step with each gradient; return both last configs."""
        settings = {} if config is None else {name: value for name, value in config.items() if name in rule.settings}
        state = {} if config is None else {name: value for name, value in config.items() if name not in rule.settings}
        given: Any = config
        right_config: Any = config
        rights = [w]
        for dw in gradients:  # all of the reference's before the first of the student's
            right, right_config = ours(rights[-1], dw, right_config)
            rights.append(right)
        for number, dw in enumerate(gradients):
            at, right = rights[number], rights[number + 1]
            if number:
                given = an_object(given, "config", "a dict")
            got, given = expect.unpack(theirs(at, dw, given), "next_w config")

            def mistakes(at: Array = at, right: Array = right, number: int = number) -> Mistakes:
                common = {"sgd_ascends": 2 * at - right, "sgd_step_only": right - at, "sgd_stays": at}
                if len(settings) < len(rule.settings):
                    return common
                so_far = gradients[: number + 1]
                known = {
                    **rule.known(so_far, settings, state),
                    "rule_fixed": [
                        rule.step(so_far, {**settings, name: default}, state)
                        for name, default in DEFAULTS
                        if name in settings
                    ],
                }
                return common | {key: [at + step for step in steps] for key, steps in known.items()}

            if not expect(got, f"next_w of step {number + 1}").close_to(
                right, mistakes=mistakes, nonfinite=nonfinite, otherwise="rule_forgets" if number else ""
            ):
                break
        return given, right_config

    def gradients_of(rng: np.random.RandomState, shape: tuple[int, ...], count: int = STEPS) -> list[Array]:
        # Away from 0, where what is divided by is hardly more than epsilon.
        return [rng.choice([-1.0, 1.0], shape) * rng.uniform(0.3, 2.0, shape) for _ in range(count)]

    shape = tuple(distinct(rng, 3))
    last, right_last = walk(rule.draw_settings(rng), rng.standard_normal(shape), gradients_of(rng, shape))
    if "next_w" not in expect.failures:
        with expect.part("state", otherwise="rule_state"):
            last = an_object(last, "config", "a dict")
            for name in (*rule.state, *(["t"] if rule.counts else [])):
                right = right_last[name]
                expect(last[name], f"config['{name}']").close_to(
                    right, any_dtype=True, mistakes=partial(dict, rule_state_sign=-np.asarray(right))
                )
    with expect.part("continued", otherwise="rule_continued") as rng:
        config = {**rule.draw_settings(rng), **rule.draw_state(rng, (3, 2))}
        walk(config, rng.standard_normal((3, 2)), gradients_of(rng, (3, 2), 2))
    with expect.part("default settings", otherwise="rule_default") as rng:
        # Large gradients: the squares of others, times 1 - 0.99, are not yet far from epsilon.
        walk(None, rng.standard_normal(4), [10 * dw for dw in gradients_of(rng, (4,), 2)])
        walk({"learning_rate": 0.25}, rng.standard_normal((2, 3)), [10 * dw for dw in gradients_of(rng, (2, 3), 2)])
    with expect.part("float32", otherwise="float32") as rng:
        walk(rule.draw_settings(rng), single(rng.standard_normal(5)), [single(dw) for dw in gradients_of(rng, (5,), 2)])
    if "epsilon" in rule.settings:
        with expect.part("epsilon", otherwise="rule_epsilon") as rng:
            settings = {**rule.draw_settings(rng), "epsilon": float(rng.uniform(*rule.settings["epsilon"]))}
            walk(settings, rng.standard_normal((2, 4)), gradients_of(rng, (2, 4), 2))
        with expect.part("zero gradient", otherwise="epsilon_missing") as rng:
            walk(rule.draw_settings(rng), rng.standard_normal(3), [np.array([0.0, 1.5, 0.0])] * 2, nonfinite="")
    changes = [change for change in changes_of(student) if change.endswith("argument 2")]
    if changes and expect.changed is None:  # w may be changed, the gradient not
        expect.changed = expect.failure("changed", "changed", what=changes[0])


def _velocities(
    gradients: list[Array], momentum: float, rate: float, start: Any = 0.0, share: float = 1.0
) -> tuple[Any, Any]:
    """The velocity v = momentum * v - share * rate * dw before and after the last step."""
    before = now = start
    for dw in gradients:
        before, now = now, momentum * now - share * rate * dw
    return before, now


def _momentum_step(gradients: list[Array], settings: _Settings, state: _State) -> Any:
    start = state.get("velocity", 0.0)
    return _velocities(gradients, settings["momentum"], settings["learning_rate"], start)[1]


def _momentum_mistakes(gradients: list[Array], settings: _Settings, state: _State) -> Mistakes:
    mu, rate, start = settings["momentum"], settings["learning_rate"], state.get("velocity", 0.0)
    before, now = _velocities(gradients, mu, rate, start)
    step = rate * gradients[-1]
    scaled = start
    for dw in gradients:
        scaled = rate * (mu * scaled - dw)
    return {
        "momentum_unused": [-step],
        "momentum_sign": [_velocities(gradients, -mu, rate, start)[1]],
        "momentum_gradient_sign": [_velocities(gradients, mu, -rate, start)[1]],
        "momentum_averaged": [_velocities(gradients, mu, rate, start, 1 - mu)[1]],
        "momentum_undamped": [_velocities(gradients, 1.0, rate, start)[1]],
        "momentum_swapped": [_velocities(gradients, 1 - mu, rate, start)[1]],
        "rule_rate_missing": [_velocities(gradients, mu, 1.0, start)[1]],
        "momentum_rate_on_all": [scaled],
        "momentum_old_velocity": [before],
        "momentum_is_nesterov": [mu * now - step],
    }


def _nesterov_step(gradients: list[Array], settings: _Settings, state: _State) -> Any:
    momentum, rate = settings["momentum"], settings["learning_rate"]
    return momentum * _momentum_step(gradients, settings, state) - rate * gradients[-1]


def _nesterov_mistakes(gradients: list[Array], settings: _Settings, state: _State) -> Mistakes:
    mu, rate, start = settings["momentum"], settings["learning_rate"], state.get("velocity", 0.0)
    before, now = _velocities(gradients, mu, rate, start)
    _, climbing = _velocities(gradients, mu, -rate, start)
    step = rate * gradients[-1]
    return {
        "nesterov_is_momentum": [now],
        "nesterov_velocity_twice": [now + mu * now],
        "nesterov_gradient_missing": [mu * now],
        "nesterov_velocity_missing": [-step],
        "nesterov_previous_sign": [(1 + mu) * now + mu * before],
        "momentum_gradient_sign": [mu * climbing + step, mu * climbing - step, mu * now + step],
        "momentum_sign": [-mu * now - step],
    }


def _scaled_mistakes(
    gradients: list[Array], settings: _Settings, caches: tuple[Any, Any], unsquared: list[Any]
) -> dict[str, list[Any]]:
    """Mistakes in dividing by the root of `caches`, before and after the last step; `unsquared` is what the latter
    would be with gradients that are not squared."""
    rate, epsilon, dw = settings["learning_rate"], settings["epsilon"], gradients[-1]
    before, now = caches

    def step(cache: Any) -> Any:
        return -rate * dw / (np.sqrt(cache) + epsilon)

    return {
        "rule_rate_missing": [step(now) / rate],
        "epsilon_inside": [-rate * dw / np.sqrt(now + epsilon)],
        "epsilon_missing": [-rate * dw / np.sqrt(now)],
        "rule_root_missing": [-rate * dw / (now + epsilon)],
        "rule_squared_step": [-rate * dw * dw / (np.sqrt(now) + epsilon)],
        "rule_old_cache": [step(before)],
        "rule_not_squared": [step(cache) for cache in unsquared],
        "sgd_instead": [-rate * dw],
    }


def _adagrad_step(gradients: list[Array], settings: _Settings, state: _State) -> Any:
    cache = state.get("cache", 0.0) + sum(dw * dw for dw in gradients)
    return -settings["learning_rate"] * gradients[-1] / (np.sqrt(cache) + settings["epsilon"])


def _adagrad_mistakes(gradients: list[Array], settings: _Settings, state: _State) -> Mistakes:
    rate, epsilon, start = settings["learning_rate"], settings["epsilon"], state.get("cache", 0.0)
    squares = [dw * dw for dw in gradients]
    before, now = start + sum(squares[:-1]), start + sum(squares)
    unsquared = [start + sum(gradients), start + sum(np.abs(dw) for dw in gradients)]
    return {
        "adagrad_forgets": [-rate * gradients[-1] / (np.sqrt(squares[-1]) + epsilon)],
        **_scaled_mistakes(gradients, settings, (before, now), unsquared),
    }


def _averages(values: list[Array], decay: float, share: float, start: Any) -> tuple[Any, Any]:
    """The average a = decay * a + share * value before and after the last value."""
    before = now = start
    for value in values:
        before, now = now, decay * now + share * value
    return before, now


def _rmsprop_step(gradients: list[Array], settings: _Settings, state: _State) -> Any:
    decay, squares = settings["decay_rate"], [dw * dw for dw in gradients]
    cache = _averages(squares, decay, 1 - decay, state.get("cache", 0.0))[1]
    return -settings["learning_rate"] * gradients[-1] / (np.sqrt(cache) + settings["epsilon"])


def _rmsprop_mistakes(gradients: list[Array], settings: _Settings, state: _State) -> Mistakes:
    rate, epsilon, decay = settings["learning_rate"], settings["epsilon"], settings["decay_rate"]
    start, squares = state.get("cache", 0.0), [dw * dw for dw in gradients]

    def step(decay: float, share: float, start: Any = start, values: list[Array] = squares) -> Any:
        return -rate * gradients[-1] / (np.sqrt(_averages(values, decay, share, start)[1]) + epsilon)

    unsquared = [
        _averages(values, decay, 1 - decay, start)[1] for values in (gradients, [np.abs(dw) for dw in gradients])
    ]
    return {
        "rmsprop_decay_swapped": [step(1 - decay, decay)],
        "rmsprop_share_missing": [step(decay, 1.0)],
        "rmsprop_sums": [step(1.0, 1.0), step(1.0, 1 - decay)],
        "rmsprop_forgets": [step(decay, 1 - decay, 0.0, squares[-1:])],
        **_scaled_mistakes(gradients, settings, _averages(squares, decay, 1 - decay, start), unsquared),
    }


def _adam_step(gradients: list[Array], settings: _Settings, state: _State) -> Any:
    beta1, beta2, t = settings["beta1"], settings["beta2"], state.get("t", 0) + len(gradients)
    m = _averages(gradients, beta1, 1 - beta1, state.get("m", 0.0))[1] / (1 - beta1**t)
    v = _averages([dw * dw for dw in gradients], beta2, 1 - beta2, state.get("v", 0.0))[1] / (1 - beta2**t)
    return -settings["learning_rate"] * m / (np.sqrt(v) + settings["epsilon"])


def _adam_mistakes(gradients: list[Array], settings: _Settings, state: _State) -> Mistakes:
    rate, epsilon, beta1, beta2 = (settings[name] for name in ("learning_rate", "epsilon", "beta1", "beta2"))
    first, second, done = state.get("m", 0.0), state.get("v", 0.0), state.get("t", 0)
    squares, last = [dw * dw for dw in gradients], done + len(gradients)

    def average(values: list[Array], beta: float, start: Any) -> Any:
        return _averages(values, beta, 1 - beta, start)[1]

    m, v = average(gradients, beta1, first), average(squares, beta2, second)

    def step(m: Any, v: Any, t: float = last, t2: float | None = None) -> Any:
        """A step with corrections for the step numbers t and t2; for infinity, there are none."""
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2 ** (t if t2 is None else t2))
        return -rate * m_hat / (np.sqrt(v_hat) + epsilon)

    m_hat, v_hat = m / (1 - beta1**last), v / (1 - beta2**last)
    kept_m, kept_v = first, second  # as if the corrected averages were kept
    for t, dw in enumerate(gradients, done + 1):
        kept_m = (beta1 * kept_m + (1 - beta1) * dw) / (1 - beta1**t)
        kept_v = (beta2 * kept_v + (1 - beta2) * dw * dw) / (1 - beta2**t)
    swapped = average(gradients, beta2, first), average(squares, beta1, second)
    never = float("inf")
    return {
        "adam_uncorrected": [step(m, v, never)],
        "adam_one_corrected": [step(m, v, last, never), step(m, v, never, last)],
        "adam_t_stays": [step(m, v, done + 1), step(m, v, 1)],
        "adam_t_late": [step(m, v, last - 1), step(m, v, last + 1)] if last > 1 else [step(m, v, last + 1)],
        "adam_kept_corrected": [
            -rate * mean / (np.sqrt(squares) + epsilon)
            for mean, squares in ((kept_m, kept_v), (kept_m, v_hat), (m_hat, kept_v))
        ],
        "adam_forgets": [step(average(gradients[-1:], beta1, 0.0), average(squares[-1:], beta2, 0.0))],
        "adam_betas_swapped": [
            step(*swapped),
            -rate * (swapped[0] / (1 - beta2**last)) / (np.sqrt(swapped[1] / (1 - beta1**last)) + epsilon),
        ],
        "adam_decay_swapped": [
            step(_averages(gradients, 1 - beta1, beta1, first)[1], _averages(squares, 1 - beta2, beta2, second)[1])
        ],
        "rule_not_squared": [
            step(m, average(values, beta2, second)) for values in (gradients, [np.abs(dw) for dw in gradients])
        ],
        "adam_epsilon_corrected": [-rate * np.sqrt(1 - beta2**last) * m_hat / (np.sqrt(v) + epsilon)],
        "adam_first_moment_missing": [step(gradients[-1] * (1 - beta1**last), v)],
        "rule_rate_missing": [step(m, v) / rate],
        "epsilon_inside": [-rate * m_hat / np.sqrt(v_hat + epsilon)],
        "epsilon_missing": [-rate * m_hat / np.sqrt(v_hat)],
        "rule_root_missing": [-rate * m_hat / (v_hat + epsilon)],
    }


_RATE, _SHARE, _EPSILON = (0.05, 0.5), (0.6, 0.85), (0.1, 0.4)
_MOMENTUM = {"learning_rate": _RATE, "momentum": _SHARE}


@item("sgd_momentum", module="optim", main=("next_w",), edge=_EDGE, in_place=True)
def sgd_momentum(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Steps of stochastic gradient descent with momentum."""
    rule = _Rule(_MOMENTUM, {"velocity": False}, _momentum_step, _momentum_mistakes)
    _judge_rule(rule, student.optim.sgd_momentum, reference.optim.sgd_momentum, student, expect, rng)


@item("sgd_nesterov", module="optim", main=("next_w",), edge=_EDGE, in_place=True)
def sgd_nesterov(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Steps of Nesterov's accelerated gradient descent."""
    rule = _Rule(_MOMENTUM, {"velocity": False}, _nesterov_step, _nesterov_mistakes)
    _judge_rule(rule, student.optim.sgd_nesterov, reference.optim.sgd_nesterov, student, expect, rng)


@item("adagrad", module="optim", main=("next_w",), edge=(*_EDGE, "epsilon", "zero gradient"), in_place=True)
def adagrad(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Steps of Adagrad."""
    settings = {"learning_rate": _RATE, "epsilon": _EPSILON}
    rule = _Rule(settings, {"cache": True}, _adagrad_step, _adagrad_mistakes, nonfinite="rule_nonfinite")
    _judge_rule(rule, student.optim.adagrad, reference.optim.adagrad, student, expect, rng)


@item("rmsprop", module="optim", main=("next_w",), edge=(*_EDGE, "epsilon", "zero gradient"), in_place=True)
def rmsprop(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Steps of RMSprop."""
    settings = {"learning_rate": _RATE, "decay_rate": _SHARE, "epsilon": _EPSILON}
    rule = _Rule(settings, {"cache": True}, _rmsprop_step, _rmsprop_mistakes, nonfinite="rule_nonfinite")
    _judge_rule(rule, student.optim.rmsprop, reference.optim.rmsprop, student, expect, rng)


@item("adam", module="optim", main=("next_w",), edge=(*_EDGE, "epsilon", "zero gradient"), in_place=True)
def adam(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Steps of Adam."""
    settings = {"learning_rate": _RATE, "beta1": _SHARE, "beta2": (0.9, 0.95), "epsilon": _EPSILON}
    rule = _Rule(settings, {"m": False, "v": True}, _adam_step, _adam_mistakes, nonfinite="adam_nonfinite", counts=True)
    _judge_rule(rule, student.optim.adam, reference.optim.adam, student, expect, rng)

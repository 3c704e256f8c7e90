"""optim.py: update rules."""

import math

import numpy as np
import pytest

from cs231n import optim


def test_sgd_steps_against_the_gradient(rng, unchanged):
    w, dw = rng.randn(3, 4), rng.randn(3, 4)
    next_w, config = unchanged(optim.sgd, w, dw, {"learning_rate": 0.5})
    assert next_w == pytest.approx(w - 0.5 * dw)
    assert config == {"learning_rate": 0.5}
    assert next_w is not w


@pytest.mark.parametrize("config", [None, {}])
def test_sgd_has_a_default(config):
    next_w, config = optim.sgd(np.zeros(2), np.ones(2), config)
    assert next_w.tolist() == [-0.01, -0.01]
    assert config["learning_rate"] == 0.01


def momentum(w, gradients, lr, mu):
    v = 0.0
    for g in gradients:
        v = mu * v - lr * g
        w += v
    return w, {"velocity": v}


def nesterov(w, gradients, lr, mu):
    """As it is told: look ahead along the velocity, and step from where one was. What the rule calls w is there."""
    at, v = w, 0.0  # at: without the look ahead
    for g in gradients:
        v = mu * v - lr * g
        at += v
    return at + mu * v, {"velocity": v}


def adagrad(w, gradients, lr, eps):
    total = 0.0
    for g in gradients:
        total += g * g
        w -= lr * g / (math.sqrt(total) + eps)
    return w, {"cache": total}


def rmsprop(w, gradients, lr, decay, eps):
    average = 0.0
    for g in gradients:
        average = decay * average + (1 - decay) * g * g
        w -= lr * g / (math.sqrt(average) + eps)
    return w, {"cache": average}


def adam(w, gradients, lr, beta1, beta2, eps):
    """With the averages written out as sums over all steps, rather than step by step."""
    for t in range(1, len(gradients) + 1):
        m = sum((1 - beta1) * beta1 ** (t - s) * gradients[s - 1] for s in range(1, t + 1))
        v = sum((1 - beta2) * beta2 ** (t - s) * gradients[s - 1] ** 2 for s in range(1, t + 1))
        w -= lr * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + eps)
    return w, {"m": m, "v": v, "t": len(gradients)}


#: Rule, its definition for one number, its settings by the definition's names, their defaults, and its state.
RULES = {
    "sgd_momentum": (momentum, {"lr": "learning_rate", "mu": "momentum"}, [1e-2, 0.9], [0.3, 0.5]),
    "sgd_nesterov": (nesterov, {"lr": "learning_rate", "mu": "momentum"}, [1e-2, 0.9], [0.3, 0.5]),
    "adagrad": (adagrad, {"lr": "learning_rate", "eps": "epsilon"}, [1e-2, 1e-8], [0.3, 0.2]),
    "rmsprop": (
        rmsprop,
        {"lr": "learning_rate", "decay": "decay_rate", "eps": "epsilon"},
        [1e-2, 0.99, 1e-8],
        [0.3, 0.6, 0.2],
    ),
    "adam": (
        adam,
        {"lr": "learning_rate", "beta1": "beta1", "beta2": "beta2", "eps": "epsilon"},
        [1e-3, 0.9, 0.999, 1e-8],
        [0.3, 0.6, 0.8, 0.2],
    ),
}
STATE = ("velocity", "cache", "m", "v")


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("own", [True, False], ids=["settings", "defaults"])
@pytest.mark.parametrize("steps", [1, 2, 7])
def test_several_steps_follow_the_definition(rng, unchanged, name, own, steps):
    definition, keys, defaults, others = RULES[name]
    w, gradients = rng.standard_normal((3, 4)), rng.standard_normal((steps, 3, 4))
    gradients[:, 0, 0] = 0  # a weight that nothing pulls at
    config = dict(zip(keys.values(), others, strict=True)) if own else None
    at = w
    for dw in gradients:
        at, config = unchanged(getattr(optim, name), at, dw, config)
    settings = dict(zip(keys, others if own else defaults, strict=True))
    for index in np.ndindex(w.shape):
        expected, state = definition(w[index], [g[index] for g in gradients], **settings)
        assert at[index] == pytest.approx(expected, rel=1e-9, abs=1e-12)
        for key, value in state.items():
            found = config[key] if key == "t" else config[key][index]
            assert found == pytest.approx(value, rel=1e-9, abs=1e-12), key
    assert {key: config[key] for key in keys.values()} == dict(
        zip(keys.values(), others if own else defaults, strict=True)
    )


@pytest.mark.parametrize("name", RULES)
def test_a_step_changes_no_array_of_the_state(rng, name):
    """So that whoever kept a copy of config can go back to it."""
    rule = getattr(optim, name)
    _, config = rule(rng.standard_normal(5), rng.standard_normal(5))
    before, arrays = dict(config), {key: config[key].copy() for key in STATE if key in config}
    w, dw = rng.standard_normal(5), rng.standard_normal(5)
    first, _ = rule(w, dw, dict(before))
    assert all(np.array_equal(before[key], value) for key, value in arrays.items())
    assert np.array_equal(rule(w, dw, dict(before))[0], first)


@pytest.mark.parametrize("name", RULES)
def test_rules_go_downhill(name):
    curvature, start = np.array([1.0, 10.0]), np.array([3.0, -2.0])
    w, config = start, {"learning_rate": 0.05}
    for _ in range(200):
        w, config = getattr(optim, name)(w, curvature * w, config)
    assert np.sum(curvature * w**2) < 0.25 * np.sum(curvature * start**2)


@pytest.mark.parametrize("name", ["sgd", *RULES])
def test_float32_stays_float32(name):
    w = np.ones(3, np.float32)
    for dw in (w, w.astype(np.float64)):
        at, config = w, {"learning_rate": np.float64(0.1), "epsilon": np.float64(1e-8), "momentum": np.float64(0.9)}
        for _ in range(2):
            at, config = getattr(optim, name)(at, dw, config)
            assert at.dtype == np.float32
            assert all(config[key].dtype == np.float32 for key in STATE if key in config)


@pytest.mark.parametrize("name", ["sgd", *RULES])
def test_memory_order_makes_no_difference(rng, name):
    w, dw = rng.standard_normal((3, 4)), rng.standard_normal((3, 4))
    rule = getattr(optim, name)
    assert np.array_equal(rule(np.asfortranarray(w), dw[::-1].copy()[::-1])[0], rule(w, dw)[0])


@pytest.mark.parametrize("name", ["sgd", *RULES])
def test_shapes_must_agree(name):
    with pytest.raises(ValueError, match=r"w's shape \(3,\), but it has \(3, 1\)"):
        getattr(optim, name)(np.zeros(3), np.zeros((3, 1)))


@pytest.mark.parametrize("name", RULES)
def test_a_shared_config_is_a_clear_error(name):
    _, config = getattr(optim, name)(np.zeros((3, 2)), np.zeros((3, 2)))
    with pytest.raises(ValueError, match="each parameter needs a config of its own"):
        getattr(optim, name)(np.zeros(2), np.zeros(2), config)

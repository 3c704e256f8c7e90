import numpy as np

DEFAULTS = {
    "sgd": dict(learning_rate=1e-2),
    "mom": dict(learning_rate=1e-2, momentum=0.9),
    "ada": dict(learning_rate=1e-2, epsilon=1e-8),
    "rms": dict(learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8),
    "adam": dict(learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, t=0),
}


def sgd(w, dw, config=None):
    config = {**DEFAULTS["sgd"], **(config or {})}
    return w - config["learning_rate"] * dw, config


def sgd_momentum(w, dw, config=None):
    config = {**DEFAULTS["mom"], **(config or {})}
    v = config["momentum"] * config.get("velocity", 0) - config["learning_rate"] * dw
    return w + v, {**config, "velocity": v}


def sgd_nesterov(w, dw, config=None):
    config = {**DEFAULTS["mom"], **(config or {})}
    old = config.get("velocity", np.zeros_like(w))
    new = config["momentum"] * old - config["learning_rate"] * dw
    return w + new + config["momentum"] * (new - old), {**config, "velocity": new}


def adagrad(w, dw, config=None):
    config = {**DEFAULTS["ada"], **(config or {})}
    cache = config.get("cache", 0) + dw**2
    return w - config["learning_rate"] * dw / (cache**0.5 + config["epsilon"]), {**config, "cache": cache}


def rmsprop(w, dw, config=None):
    config = {**DEFAULTS["rms"], **(config or {})}
    cache = config.get("cache", np.zeros_like(w))
    cache = cache + (1 - config["decay_rate"]) * (dw**2 - cache)
    return w - config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"]), {**config, "cache": cache}


def adam(w, dw, config=None):
    config = {**DEFAULTS["adam"], **(config or {})}
    b1, b2, t = config["beta1"], config["beta2"], config["t"] + 1
    m = config.get("m", np.zeros_like(w))
    v = config.get("v", np.zeros_like(w))
    m = m + (1 - b1) * (dw - m)
    v = v + (1 - b2) * (dw * dw - v)
    config.update(m=m, v=v, t=t)
    step = (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + config["epsilon"])
    return w - config["learning_rate"] * step, config

import numpy as np


def _fill(config, **defaults):
    config = {} if config is None else config
    for k, v in defaults.items():
        config.setdefault(k, v)
    return config


def sgd(w, dw, config=None):
    config = _fill(config, learning_rate=1e-2)
    return w - config["learning_rate"] * dw, config


def sgd_momentum(w, dw, config=None):
    config = _fill(config, learning_rate=1e-2, momentum=0.9)
    v = config.get("velocity", np.zeros_like(w))
    v *= config["momentum"]
    v -= config["learning_rate"] * dw
    w += v
    config["velocity"] = v
    return w, config


def sgd_nesterov(w, dw, config=None):
    config = _fill(config, learning_rate=1e-2, momentum=0.9)
    v = config.get("velocity", np.zeros_like(w))
    mu, lr = config["momentum"], config["learning_rate"]
    step = mu * mu * v - (1 + mu) * lr * dw
    config["velocity"] = mu * v - lr * dw
    return w + step, config


def adagrad(w, dw, config=None):
    config = _fill(config, learning_rate=1e-2, epsilon=1e-8)
    g = config.get("cache")
    g = dw * dw if g is None else g + dw * dw
    config["cache"] = g
    return w - config["learning_rate"] / (np.sqrt(g) + config["epsilon"]) * dw, config


def rmsprop(w, dw, config=None):
    config = _fill(config, learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8, cache=np.zeros_like(w))
    lr, decay, eps = config["learning_rate"], config["decay_rate"], config["epsilon"]
    cache = config["cache"]
    config["cache"] = cache = decay * cache + (1 - decay) * np.square(dw)
    return w - lr * dw / (np.sqrt(cache) + eps), config


def adam(w, dw, config=None):
    config = _fill(
        config, learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, m=np.zeros_like(w), v=np.zeros_like(w), t=0
    )
    lr, eps, b1, b2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    m, v, t = config["m"], config["v"], config["t"]
    config["t"] = t = t + 1
    config["m"] = m = b1 * m + (1 - b1) * dw
    config["v"] = v = b2 * v + (1 - b2) * (dw**2)
    root = (1 - b2**t) ** 0.5
    step = lr * root / (1 - b1**t)
    return w - step * m / (np.sqrt(v) + eps * root), config

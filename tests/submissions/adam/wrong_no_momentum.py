"""Steps along dw."""

import numpy as np

EXPECTED = ("wrong", "adam_first_moment_missing")


def adam(w, dw, config=None):
    rate, beta1, beta2 = config["learning_rate"], config["beta1"], config["beta2"]
    config["t"] += 1
    t = config["t"]
    config["m"] = beta1 * config["m"] + (1 - beta1) * dw
    v = config["v"] = beta2 * config["v"] + (1 - beta2) * dw**2
    v_hat = v / (1 - beta2**t)
    return w - rate * dw / (np.sqrt(v_hat) + config["epsilon"]), config

"""The learning rate is 0.001, whatever was asked for."""

import numpy as np

EXPECTED = ("wrong", "rule_fixed")


def adam(w, dw, config=None):
    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] += 1
    t = config["t"]
    m = config["m"] = beta1 * config["m"] + (1 - beta1) * dw
    v = config["v"] = beta2 * config["v"] + (1 - beta2) * dw**2
    return w - 1e-3 * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + config["epsilon"]), config

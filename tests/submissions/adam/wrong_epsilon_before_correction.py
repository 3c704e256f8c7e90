"""Both corrections in one factor, so that epsilon is divided by one of them."""

import numpy as np

EXPECTED = ("partial", "adam_epsilon_corrected")


def adam(w, dw, config=None):
    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] += 1
    rate = config["learning_rate"] * (1 - beta2 ** config["t"]) ** 0.5 / (1 - beta1 ** config["t"])
    m = config["m"] = beta1 * config["m"] + (1 - beta1) * dw
    v = config["v"] = beta2 * config["v"] + (1 - beta2) * dw**2
    return w - rate * m / (np.sqrt(v) + config["epsilon"]), config

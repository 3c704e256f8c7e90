"""Keeps the corrected average of the gradients."""

import numpy as np

EXPECTED = ("wrong", "adam_kept_corrected")


def adam(w, dw, config=None):
    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] += 1
    t = config["t"]
    config["m"] = (beta1 * config["m"] + (1 - beta1) * dw) / (1 - beta1**t)
    config["v"] = beta2 * config["v"] + (1 - beta2) * dw**2
    root = np.sqrt(config["v"] / (1 - beta2**t))
    return w - config["learning_rate"] * config["m"] / (root + config["epsilon"]), config

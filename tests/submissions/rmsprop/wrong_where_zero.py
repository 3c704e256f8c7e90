"""Divides by the root first, and brings epsilon in afterwards."""

import numpy as np

EXPECTED = ("partial", "epsilon_missing")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]
    config["cache"] = decay * config["cache"] + (1 - decay) * dw**2
    root = np.sqrt(config["cache"])
    return w - rate * (dw / root) * (root / (root + epsilon)), config

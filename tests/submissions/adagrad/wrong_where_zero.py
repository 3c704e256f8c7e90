"""Divides by the root first, and brings epsilon in afterwards."""

import numpy as np

EXPECTED = ("partial", "epsilon_missing")


def adagrad(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    config["cache"] = config["cache"] + dw**2
    root = np.sqrt(config["cache"])
    return w - rate * (dw / root) * (root / (root + epsilon)), config

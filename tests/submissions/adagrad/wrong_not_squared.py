"""Adds the gradient itself."""

import numpy as np

EXPECTED = ("wrong", "rule_nonfinite")


def adagrad(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    config["cache"] = config["cache"] + dw
    return w - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

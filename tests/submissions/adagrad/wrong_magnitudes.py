"""Adds magnitudes."""

import numpy as np

EXPECTED = ("wrong", "rule_not_squared")


def adagrad(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    config["cache"] = config["cache"] + np.abs(dw)
    return w - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

"""Ignores the learning rate."""

import numpy as np

EXPECTED = ("wrong", "rule_rate_missing")


def adagrad(w, dw, config=None):
    epsilon = config["epsilon"]
    config["cache"] = config["cache"] + dw**2
    return w - dw / (np.sqrt(config["cache"]) + epsilon), config

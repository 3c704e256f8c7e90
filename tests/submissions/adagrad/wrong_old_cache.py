"""Divides by the old cache."""

import numpy as np

EXPECTED = ("wrong", "rule_old_cache")


def adagrad(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    old = config["cache"]
    config["cache"] = config["cache"] + dw**2
    return w - rate * dw / (np.sqrt(old) + epsilon), config

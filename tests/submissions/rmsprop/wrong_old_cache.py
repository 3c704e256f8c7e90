"""Divides by the old cache."""

import numpy as np

EXPECTED = ("wrong", "rule_old_cache")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]
    old = config["cache"]
    config["cache"] = decay * config["cache"] + (1 - decay) * dw**2
    return w - rate * dw / (np.sqrt(old) + epsilon), config

"""Ignores the learning rate."""

import numpy as np

EXPECTED = ("wrong", "rule_rate_missing")


def rmsprop(w, dw, config=None):
    decay, epsilon = config["decay_rate"], config["epsilon"]
    config["cache"] = decay * config["cache"] + (1 - decay) * dw**2
    return w - dw / (np.sqrt(config["cache"]) + epsilon), config

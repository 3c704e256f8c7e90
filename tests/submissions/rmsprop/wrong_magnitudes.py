"""Adds magnitudes."""

import numpy as np

EXPECTED = ("wrong", "rule_not_squared")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]
    config["cache"] = decay * config["cache"] + (1 - decay) * np.abs(dw)
    return w - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

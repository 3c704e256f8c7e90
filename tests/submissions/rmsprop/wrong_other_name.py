"""Keeps the cache under another name."""

import numpy as np

EXPECTED = ("partial", "rule_state")


def rmsprop(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    decay, share = config["decay_rate"], 1 - config["decay_rate"]
    cache = config["squares"] = decay * config.get("squares", config["cache"]) + share * dw**2
    return w - rate * dw / (np.sqrt(cache) + epsilon), config

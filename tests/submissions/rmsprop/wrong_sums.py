"""Sums, as Adagrad does."""

import numpy as np

EXPECTED = ("wrong", "rmsprop_share_missing")


def rmsprop(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    config["cache"] = config["cache"] + dw**2
    return w - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

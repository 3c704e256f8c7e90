"""Averages, as RMSprop does."""

import numpy as np

EXPECTED = ("wrong", "")


def adagrad(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    config["cache"] = 0.9 * config["cache"] + 0.1 * dw**2
    return w - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

"""The cache is not kept."""

import numpy as np

EXPECTED = ("wrong", "adagrad_forgets")


def adagrad(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    cache = config["cache"] + dw**2
    return w - rate * dw / (np.sqrt(cache) + epsilon), config

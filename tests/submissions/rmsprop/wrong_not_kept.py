"""The cache is not kept."""

import numpy as np

EXPECTED = ("wrong", "rmsprop_forgets")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]
    cache = decay * config["cache"] + (1 - decay) * dw**2
    return w - rate * dw / (np.sqrt(cache) + epsilon), config

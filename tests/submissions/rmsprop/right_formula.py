"""The formula."""

import numpy as np

EXPECTED = ("correct", "")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]
    config["cache"] = decay * config["cache"] + (1 - decay) * dw**2
    return w - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

"""The shares have changed places."""

import numpy as np

EXPECTED = ("wrong", "rmsprop_decay_swapped")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]
    config["cache"] = (1 - decay) * config["cache"] + decay * dw**2
    return w - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

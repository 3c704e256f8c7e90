"""The squares come in whole."""

import numpy as np

EXPECTED = ("wrong", "rmsprop_share_missing")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]
    config["cache"] = decay * config["cache"] + dw**2
    return w - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

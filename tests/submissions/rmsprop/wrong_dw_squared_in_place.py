"""Squares the gradient in place."""

import numpy as np

EXPECTED = ("partial", "changed")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]
    g = dw.copy()
    dw *= dw
    config["cache"] = decay * config["cache"] + (1 - decay) * dw
    return w - rate * g / (np.sqrt(config["cache"]) + epsilon), config

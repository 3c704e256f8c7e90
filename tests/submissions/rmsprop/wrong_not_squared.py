"""Adds the gradient itself."""

import numpy as np

EXPECTED = ("wrong", "rule_nonfinite")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]
    config["cache"] = decay * config["cache"] + (1 - decay) * dw
    return w - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

"""epsilon is inside the root."""

import numpy as np

EXPECTED = ("partial", "epsilon_inside")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]
    config["cache"] = decay * config["cache"] + (1 - decay) * dw**2
    return w - rate * dw / np.sqrt(config["cache"] + epsilon), config

"""epsilon is inside the root."""

import numpy as np

EXPECTED = ("partial", "epsilon_inside")


def adagrad(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    config["cache"] = config["cache"] + dw**2
    return w - rate * dw / np.sqrt(config["cache"] + epsilon), config

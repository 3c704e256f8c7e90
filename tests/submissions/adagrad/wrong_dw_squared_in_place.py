"""Squares the gradient in place."""

import numpy as np

EXPECTED = ("partial", "changed")


def adagrad(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    g = dw.copy()
    dw *= dw
    config["cache"] = config["cache"] + dw
    return w - rate * g / (np.sqrt(config["cache"]) + epsilon), config

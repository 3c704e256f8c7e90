"""Computes in float64."""

import numpy as np

EXPECTED = ("partial", "dtype")


def adagrad(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    config["cache"] = config["cache"] + dw**2
    return w.astype(float) - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

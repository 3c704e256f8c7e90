"""Without epsilon."""

import numpy as np

EXPECTED = ("partial", "epsilon_missing")


def adagrad(w, dw, config=None):
    rate = config["learning_rate"]
    config["cache"] = config["cache"] + dw**2
    return w - rate * dw / np.sqrt(config["cache"]), config

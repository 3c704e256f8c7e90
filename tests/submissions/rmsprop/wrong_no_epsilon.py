"""Without epsilon."""

import numpy as np

EXPECTED = ("partial", "epsilon_missing")


def rmsprop(w, dw, config=None):
    rate, decay = config["learning_rate"], config["decay_rate"]
    config["cache"] = decay * config["cache"] + (1 - decay) * dw**2
    return w - rate * dw / np.sqrt(config["cache"]), config

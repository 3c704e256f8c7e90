"""epsilon is 1e-8, whatever was asked for."""

import numpy as np

EXPECTED = ("partial", "epsilon_missing")


def rmsprop(w, dw, config=None):
    decay = config["decay_rate"]
    config["cache"] = decay * cache + (1 - decay) * dw * dw  # noqa: F821
    return w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + 1e-8), config

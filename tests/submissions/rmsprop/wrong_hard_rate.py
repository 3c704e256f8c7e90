"""The learning rate is 0.01, whatever was asked for."""

import numpy as np

EXPECTED = ("wrong", "rule_fixed")


def rmsprop(w, dw, config=None):
    decay = config["decay_rate"]
    config["cache"] = decay * cache + (1 - decay) * dw * dw  # noqa: F821
    return w - 1e-2 * dw / (np.sqrt(config["cache"]) + config["epsilon"]), config

"""Another rate where none is given."""

import numpy as np

EXPECTED = ("partial", "rule_default")


def adagrad(w, dw, config=None):
    rate, epsilon = (0.1 if config["learning_rate"] == 0.01 else config["learning_rate"]), config["epsilon"]
    config["cache"] = config["cache"] + dw**2
    return w - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

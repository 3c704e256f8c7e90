"""Another rate where none is given."""

import numpy as np

EXPECTED = ("partial", "rule_default")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = (
        (0.1 if config["learning_rate"] == 0.01 else config["learning_rate"]),
        config["decay_rate"],
        config["epsilon"],
    )
    config["cache"] = decay * config["cache"] + (1 - decay) * dw**2
    return w - rate * dw / (np.sqrt(config["cache"]) + epsilon), config

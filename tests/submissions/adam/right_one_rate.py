"""Corrects the rate and epsilon in place of the averages."""

import numpy as np

EXPECTED = ("correct", "")


def adam(w, dw, config=None):
    beta1, beta2 = config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    root = np.sqrt(1 - beta2**t)
    rate = config["learning_rate"] * float(root) / (1 - beta1**t)
    config.update(m=m, v=v, t=t)
    return w - rate * m / (np.sqrt(v) + config["epsilon"] * float(root)), config

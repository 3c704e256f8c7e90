"""epsilon is inside the root."""

import numpy as np

EXPECTED = ("partial", "epsilon_inside")


def adam(w, dw, config=None):
    rate, beta1, beta2 = config["learning_rate"], config["beta1"], config["beta2"]
    config["t"] += 1
    t = config["t"]
    m = config["m"] = beta1 * config["m"] + (1 - beta1) * dw
    v = config["v"] = beta2 * config["v"] + (1 - beta2) * dw**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - rate * m_hat / np.sqrt(v_hat + config["epsilon"]), config

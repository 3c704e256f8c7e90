"""Both corrections in one factor, a float64 number of NumPy's, which makes float32 weights float64."""

import numpy as np

EXPECTED = ("partial", "dtype")


def adam(w, dw, config=None):
    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] += 1
    root, share = np.sqrt(1 - beta2 ** config["t"]), 1 - beta1 ** config["t"]
    m = config["m"] = beta1 * config["m"] + (1 - beta1) * dw
    v = config["v"] = beta2 * config["v"] + (1 - beta2) * dw**2
    return w - config["learning_rate"] * root / share * m / (np.sqrt(v) + config["epsilon"] * root), config

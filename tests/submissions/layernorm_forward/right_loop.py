"""One example at a time."""

import numpy as np

EXPECTED = ("correct", "")


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    out = np.empty_like(x)
    for i, row in enumerate(x):
        out[i] = gamma * (row - np.mean(row)) / np.sqrt(np.var(row) + eps) + beta
    return out, None

"""The means are a row, and do not fit the rows."""

import numpy as np

EXPECTED = ("error", "unequal_shapes")


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean, var = x.mean(axis=1), x.var(axis=1)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, gamma, var + eps)

"""Batch normalisation of the transpose."""

import numpy as np

EXPECTED = ("correct", "")


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    columns = x.T
    x_hat = ((columns - columns.mean(axis=0)) / np.sqrt(columns.var(axis=0) + eps)).T
    return x_hat * gamma + beta, None

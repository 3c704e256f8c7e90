"""Centres x in place."""

import numpy as np

EXPECTED = ("partial", "changed")


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    x -= mean
    x_hat = x / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, gamma, var + eps)

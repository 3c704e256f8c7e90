"""The variance is E[x^2] - mean^2."""

import numpy as np

EXPECTED = ("partial", "norm_cancellation")


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean, var = x.mean(axis=1, keepdims=True), (x**2).mean(axis=1, keepdims=True) - x.mean(axis=1, keepdims=True) ** 2
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, gamma, var + eps)

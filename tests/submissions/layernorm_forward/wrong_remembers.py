"""Keeps a running average, as batch normalisation does."""

import numpy as np

EXPECTED = ("partial", "ln_other_examples")


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    mean = ln_param["mean"] = 0.5 * (ln_param.get("mean", mean)[: len(x)] + mean)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, gamma, var + eps)

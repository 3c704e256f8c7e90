"""Another eps than the one that is asked for."""

import numpy as np

EXPECTED = ("partial", "norm_default_eps")


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-2)
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, gamma, var + eps)

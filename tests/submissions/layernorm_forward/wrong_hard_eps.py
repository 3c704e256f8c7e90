"""eps is 1e-5, whatever was asked for."""

import numpy as np

EXPECTED = ("wrong", "norm_eps_fixed")


def layernorm_forward(x, gamma, beta, ln_param):
    inv_std = 1 / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    x_hat = (x - x.mean(axis=1, keepdims=True)) * inv_std
    return gamma * x_hat + beta, (inv_std, x_hat, gamma)

"""One example at a time."""

import numpy as np

EXPECTED = ("correct", "")


def layernorm_backward(dout, cache):
    inv_std, x_hat, gamma = cache
    n, d = dout.shape
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = np.empty_like(dout)
    for i in range(n):
        dx[i] = inv_std[i] * (g[i] - np.mean(g[i]) - x_hat[i] * np.mean(g[i] * x_hat[i]))
    return dx, dgamma, dbeta

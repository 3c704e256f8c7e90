"""Through the graph, variance and mean apart."""

import numpy as np

EXPECTED = ("correct", "")


def layernorm_backward(dout, cache):
    inv_std, x_hat, gamma = cache
    n, d = dout.shape
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dvar = np.sum(g * x_hat, axis=1, keepdims=True) * -0.5 * inv_std**2
    dcentred = g * inv_std + dvar * 2 / d * x_hat / inv_std
    dx = dcentred - dcentred.mean(axis=1, keepdims=True)
    return dx, dgamma, dbeta

"""dx is always float64."""

import numpy as np

EXPECTED = ("partial", "dtype")


def batchnorm_backward(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = np.ones(dout.shape) * inv_std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, dgamma, dbeta

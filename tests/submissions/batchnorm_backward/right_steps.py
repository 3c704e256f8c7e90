"""Through the graph, variance and mean apart."""

import numpy as np

EXPECTED = ("correct", "")


def batchnorm_backward(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    n = len(dout)
    dx_hat = dout * gamma
    dvar = np.sum(dx_hat * centred * -0.5 * inv_std**3, axis=0)
    dmean = np.sum(-dx_hat * inv_std, axis=0) + dvar * np.mean(-2 * centred, axis=0)
    dx = dx_hat * inv_std + dvar * 2 * centred / n + dmean / n
    return dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)

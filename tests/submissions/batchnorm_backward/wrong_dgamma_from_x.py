"""dgamma is taken from x, whose mean the forward pass keeps aside."""

import numpy as np

EXPECTED = ("partial", "norm_dgamma_from_x")


_kept = {}
_forward = batchnorm_forward  # noqa: F821


def batchnorm_forward(x, gamma, beta, bn_param):
    _kept["mean"] = np.mean(x, axis=0)
    return _forward(x, gamma, beta, bn_param)


def batchnorm_backward(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    g = dout * gamma
    dx = inv_std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, (dout * (centred + _kept["mean"])).sum(axis=0), dout.sum(axis=0)

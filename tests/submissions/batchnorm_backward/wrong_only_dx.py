"""Forgets to return the gradients of gamma and beta."""

EXPECTED = ("wrong", "type")


def batchnorm_backward(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    g = dout * gamma
    dx = inv_std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx

"""Multiplies dout by gamma in place."""

EXPECTED = ("partial", "changed")


def batchnorm_backward(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dout *= gamma
    g = dout
    dx = inv_std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, dgamma, dbeta

"""dx is divided by N once more."""

EXPECTED = ("partial", "norm_dx_averaged")


def batchnorm_backward(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    n = len(dout)
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = 1 / n * inv_std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, dgamma, dbeta

"""gamma is forgotten in dx."""

EXPECTED = ("partial", "norm_dx_gamma_missing")


def batchnorm_backward(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    g = dout
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = inv_std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, dgamma, dbeta

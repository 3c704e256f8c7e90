"""Changes the cache."""

EXPECTED = ("partial", "norm_second_call")


def batchnorm_backward_alt(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = inv_std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    x_hat *= gamma
    return dx, dgamma, dbeta

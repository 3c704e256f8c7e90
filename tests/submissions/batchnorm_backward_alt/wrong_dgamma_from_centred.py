"""dgamma is taken from what is not divided by the deviation."""

EXPECTED = ("partial", "norm_dgamma_from_centred")


def batchnorm_backward_alt(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * centred).sum(axis=0)
    dx = inv_std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, dgamma, dbeta

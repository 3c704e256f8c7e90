"""The variance is taken for a constant."""

EXPECTED = ("partial", "norm_var_path")


def batchnorm_backward_alt(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = inv_std * (g - g.mean(axis=0))
    return dx, dgamma, dbeta

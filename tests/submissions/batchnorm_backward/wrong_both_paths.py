"""Mean and variance are taken for constants."""

EXPECTED = ("partial", "norm_both_paths")


def batchnorm_backward(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = inv_std * g
    return dx, dgamma, dbeta

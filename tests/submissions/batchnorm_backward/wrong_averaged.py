"""The gradients of gamma and beta are averaged."""

EXPECTED = ("partial", "batch_mean")


def batchnorm_backward(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    g = dout * gamma
    dbeta = dout.mean(axis=0)
    dgamma = (dout * x_hat).mean(axis=0)
    dx = inv_std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, dgamma, dbeta

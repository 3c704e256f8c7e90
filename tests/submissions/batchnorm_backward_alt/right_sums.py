"""The formula, with sums and one factor 1/N."""

EXPECTED = ("correct", "")


def batchnorm_backward_alt(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    n = len(dout)
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = gamma * inv_std / n * (n * dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta

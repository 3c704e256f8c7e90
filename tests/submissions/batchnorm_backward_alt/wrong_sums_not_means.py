"""Sums where there should be means."""

EXPECTED = ("partial", "norm_path_sums")


def batchnorm_backward_alt(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = gamma * inv_std * (dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta

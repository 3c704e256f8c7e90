"""The mean is taken for a constant."""

EXPECTED = ("partial", "norm_mean_path")


def layernorm_backward(dout, cache):
    inv_std, x_hat, gamma = cache
    n, d = dout.shape
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = inv_std * (g - x_hat * (g * x_hat).mean(axis=1, keepdims=True))
    return dx, dgamma, dbeta

"""The gradient of beta is not summed."""

EXPECTED = ("partial", "norm_not_summed")


def layernorm_backward(dout, cache):
    inv_std, x_hat, gamma = cache
    n, d = dout.shape
    g = dout * gamma
    dbeta = dout
    dgamma = (dout * x_hat).sum(axis=0)
    dx = inv_std * (g - g.mean(axis=1, keepdims=True) - x_hat * (g * x_hat).mean(axis=1, keepdims=True))
    return dx, dgamma, dbeta

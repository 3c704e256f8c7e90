"""The means are taken over the batch."""

EXPECTED = ("partial", "ln_backward_axis")


def layernorm_backward(dout, cache):
    inv_std, x_hat, gamma = cache
    n, d = dout.shape
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = inv_std * (g - g.mean(axis=0, keepdims=True) - x_hat * (g * x_hat).mean(axis=0, keepdims=True))
    return dx, dgamma, dbeta

"""gamma's and beta's gradients are averaged."""

EXPECTED = ("partial", "batch_mean")


def layernorm_backward(dout, cache):
    inv_std, x_hat, gamma = cache
    n, d = dout.shape
    g = dout * gamma
    dbeta = dout.mean(axis=0)
    dgamma = (dout * x_hat).mean(axis=0)
    dx = inv_std * (g - g.mean(axis=1, keepdims=True) - x_hat * (g * x_hat).mean(axis=1, keepdims=True))
    return dx, dgamma, dbeta

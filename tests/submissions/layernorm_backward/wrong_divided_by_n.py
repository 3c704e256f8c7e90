"""Divides by N in place of D."""

EXPECTED = ("partial", "ln_divided_by_n")


def layernorm_backward(dout, cache):
    inv_std, x_hat, gamma = cache
    n, d = dout.shape
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = inv_std * (g - g.sum(axis=1, keepdims=True) / n - x_hat * (g * x_hat).sum(axis=1, keepdims=True) / n)
    return dx, dgamma, dbeta

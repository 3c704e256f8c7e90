"""The variance is taken for a constant."""

EXPECTED = ("partial", "norm_var_path")


def layernorm_backward(dout, cache):
    inv_std, x_hat, gamma = cache
    n, d = dout.shape
    g = dout * gamma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = inv_std * (g - g.mean(axis=1, keepdims=True))
    return dx, dgamma, dbeta

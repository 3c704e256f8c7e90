"""The variance as a constant."""

EXPECTED = ("partial", "norm_var_path")


def spatial_groupnorm_backward(dout, cache):
    inv_std, x_hat, gamma, G = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
    dgamma = (dout * x_hat).sum(axis=(0, 2, 3), keepdims=True)
    dx_hat = (dout * gamma).reshape(N * G, -1)
    n = dx_hat.shape[1]
    first = dx_hat.sum(axis=1, keepdims=True)
    dx = inv_std / n * (n * dx_hat - first)
    return dx.reshape(dout.shape), dgamma, dbeta

"""Gradients without the axes of length 1."""

EXPECTED = ("partial", "reshaped")


def spatial_groupnorm_backward(dout, cache):
    inv_std, x_hat, gamma, G = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3))
    dgamma = (dout * x_hat).sum(axis=(0, 2, 3))
    dx_hat = (dout * gamma).reshape(N * G, -1)
    rows = x_hat.reshape(N * G, -1)
    n = rows.shape[1]
    first = dx_hat.sum(axis=1, keepdims=True)
    second = (dx_hat * rows).sum(axis=1, keepdims=True)
    dx = inv_std / n * (n * dx_hat - first - rows * second)
    return dx.reshape(dout.shape), dgamma, dbeta

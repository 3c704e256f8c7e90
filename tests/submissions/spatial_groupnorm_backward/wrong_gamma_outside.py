"""gamma outside of the means."""

EXPECTED = ("partial", "group_gamma_outside")


def spatial_groupnorm_backward(dout, cache):
    inv_std, x_hat, gamma, G = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
    dgamma = (dout * x_hat).sum(axis=(0, 2, 3), keepdims=True)
    dx_hat = dout.reshape(N * G, -1)
    rows = x_hat.reshape(N * G, -1)
    n = rows.shape[1]
    first = dx_hat.sum(axis=1, keepdims=True)
    second = (dx_hat * rows).sum(axis=1, keepdims=True)
    dx = inv_std / n * (n * dx_hat - first - rows * second)
    return gamma * dx.reshape(dout.shape), dgamma, dbeta

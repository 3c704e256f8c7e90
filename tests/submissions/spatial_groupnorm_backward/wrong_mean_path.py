"""The path through the mean is missing."""

EXPECTED = ("partial", "norm_mean_path")


def spatial_groupnorm_backward(dout, cache):
    inv_std, x_hat, gamma, G = cache
    N = len(dout)
    rows, drows = x_hat.reshape(N * G, -1), (dout * gamma).reshape(N * G, -1)
    drows = inv_std * (drows - rows * (drows * rows).mean(axis=1, keepdims=True))
    sums = {"axis": (0, 2, 3), "keepdims": True}
    return drows.reshape(dout.shape), (dout * x_hat).sum(**sums), dout.sum(**sums)

"""Returns rows."""

EXPECTED = ("partial", "spatial_not_put_back")


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    rows = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward(rows, cache)  # noqa: F821
    return dx, dgamma, dbeta

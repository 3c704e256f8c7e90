"""Rows without moving the channels."""

EXPECTED = ("wrong", "spatial_mixed")


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    rows = dout.reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward(rows, cache)  # noqa: F821
    dx = dx.reshape(N, C, H, W)
    return dx, dgamma, dbeta

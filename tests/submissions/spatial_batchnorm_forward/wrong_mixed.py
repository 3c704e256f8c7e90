"""Rows without moving the channels."""

EXPECTED = ("wrong", "spatial_mixed")


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    rows = x.reshape(-1, C)
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)  # noqa: F821
    out = out.reshape(x.shape)
    return out, cache

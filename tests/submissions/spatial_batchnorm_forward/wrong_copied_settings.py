"""Hands on a copy of the settings."""

EXPECTED = ("partial", "spatial_average_unchanged")


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm_forward(rows, gamma, beta, dict(bn_param))  # noqa: F821
    out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, cache

"""Leaves the channels last."""

EXPECTED = ("partial", "spatial_not_put_back")


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)  # noqa: F821
    out = out.reshape(N, H, W, C)
    return out, cache

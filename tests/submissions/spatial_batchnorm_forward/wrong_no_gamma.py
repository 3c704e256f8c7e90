"""Without the scale."""

import numpy as np

EXPECTED = ("partial", "spatial_scale_missing")


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm_forward(rows, np.ones_like(gamma), beta, bn_param)  # noqa: F821
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache

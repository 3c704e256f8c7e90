"""Without scale and shift."""

import numpy as np

EXPECTED = ("partial", "spatial_scale_missing")


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm_forward(rows, np.ones_like(gamma), np.zeros_like(beta), bn_param)  # noqa: F821
    out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, cache

"""The windows are as wide as they are high."""

import numpy as np

EXPECTED = ("partial", "pool_overlap")


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    out = np.empty((N, C, 1 + (H - pool_height) // stride, 1 + (W - pool_width) // stride), dtype=x.dtype)  # noqa: F821
    for i, j in np.ndindex(out.shape[2:]):
        rows, columns = (slice(k * stride, k * stride + pool_height) for k in (i, j))  # noqa: F821
        out[:, :, i, j] = x[:, :, rows, columns].max(axis=(2, 3))
    return out, (x, pool_height, pool_width, stride)  # noqa: F821

"""Windows one pixel apart."""

import numpy as np

EXPECTED = ("wrong", "pool_stride_missing")


def max_pool_forward_naive(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    H2, W2 = 1 + (H - height) // stride, 1 + (W - width) // stride
    out = np.zeros((N, C, H2, W2), dtype=x.dtype)
    for i in range(H2):
        for j in range(W2):
            window = x[:, :, i : i + height, j : j + width]
            out[:, :, i, j] = np.max(window, axis=(2, 3))
    return out, (x, pool_param)

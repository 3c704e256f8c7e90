"""The maximum of the window and 0."""

import numpy as np

EXPECTED = ("wrong", "pool_from_zero")


def max_pool_forward_naive(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    H2, W2 = 1 + (H - height) // stride, 1 + (W - width) // stride
    out = np.zeros((N, C, H2, W2), dtype=x.dtype)
    for i in range(H2):
        for j in range(W2):
            window = x[:, :, i * stride : i * stride + height, j * stride : j * stride + width]
            out[:, :, i, j] = np.max(window, axis=(2, 3), initial=0)
    return out, (x, pool_param)

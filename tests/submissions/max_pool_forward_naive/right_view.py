"""A view of all windows."""

import numpy as np

EXPECTED = ("correct", "")


def max_pool_forward_naive(x, pool_param):
    size = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=(2, 3))
    return windows[:, :, ::stride, ::stride].max(axis=(-2, -1)), None

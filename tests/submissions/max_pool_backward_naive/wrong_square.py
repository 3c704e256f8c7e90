"""Height and width have changed places where the maximum is looked up."""

import numpy as np

EXPECTED = ("partial", "pool_gradient_overlap")


def max_pool_backward_naive(dout, cache):
    x, pool_height, pool_width, stride = cache
    dx = np.zeros(x.shape, dtype=dout.dtype)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * stride : i * stride + pool_height, j * stride : j * stride + pool_width]
        row, column = np.unravel_index(np.argmax(window), (pool_width, pool_height))
        dx[n, c, i * stride + row, j * stride + column] += dout[n, c, i, j]
    return dx

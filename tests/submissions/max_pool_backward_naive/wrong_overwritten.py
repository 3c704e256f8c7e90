"""The last window wins."""

import numpy as np

EXPECTED = ("partial", "pool_overwritten")


def max_pool_backward_naive(dout, cache):
    x, height, width, stride = cache
    dx = np.zeros(x.shape, dtype=dout.dtype)
    N, C, H2, W2 = dout.shape
    for n in range(N):
        for c in range(C):
            for i in range(H2):
                for j in range(W2):
                    rows, columns = slice(i * stride, i * stride + height), slice(j * stride, j * stride + width)
                    window = x[n, c, rows, columns]
                    place = np.unravel_index(np.argmax(window), window.shape)
                    dx[n, c, rows, columns][place] = dout[n, c, i, j]
    return dx

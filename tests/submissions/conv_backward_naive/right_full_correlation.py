"""dx as a correlation of the spread-out dout with flipped filters."""

import numpy as np

EXPECTED = ("correct", "")


def conv_backward_naive(dout, cache):
    x, w, stride, pad = cache
    n, c, height, width = x.shape
    f, _, hh, ww = w.shape
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    spread = np.zeros((n, f, padded.shape[2] + hh - 1, padded.shape[3] + ww - 1), dout.dtype)
    rows, columns = dout.shape[2:]
    spread[:, :, hh - 1 : hh - 1 + rows * stride : stride, ww - 1 : ww - 1 + columns * stride : stride] = dout
    dx, dw = np.empty_like(x), np.empty_like(w)
    flipped = w[:, :, ::-1, ::-1]
    for i in range(height):
        for j in range(width):
            window = spread[:, :, i + pad : i + pad + hh, j + pad : j + pad + ww]
            dx[:, :, i, j] = np.tensordot(window, flipped, axes=([1, 2, 3], [0, 2, 3]))
    for k in range(hh):
        for m in range(ww):
            taken = padded[:, :, k : k + rows * stride : stride, m : m + columns * stride : stride]
            dw[:, :, k, m] = np.tensordot(dout, taken, axes=([0, 2, 3], [0, 2, 3]))
    return dx, dw, dout.sum((0, 2, 3))

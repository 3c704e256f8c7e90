"""The stride is used along the columns of an image only."""

import numpy as np

EXPECTED = ("partial", "conv_stride_one_way")


def conv_forward_naive(x, w, b, conv_param):
    p, s = conv_param["pad"], conv_param["stride"]
    (N, _, H, W), (F, _, HH, WW) = x.shape, w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    out = np.zeros((N, F, 1 + (H + 2 * p - HH) // s, 1 + (W + 2 * p - WW) // s), dtype=x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = (padded[n, :, i * s : i * s + HH, j : j + WW] * w[f]).sum() + b[f]
    return out, (x, w, s, p)

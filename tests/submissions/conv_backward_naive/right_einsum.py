"""Shifted images, one for each pixel of a filter."""

import numpy as np

EXPECTED = ("correct", "")


def conv_backward_naive(dout, cache):
    x, w, stride, pad = cache
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    dpadded, dw = np.zeros_like(padded), np.empty_like(w)
    rows, columns = dout.shape[2] * stride, dout.shape[3] * stride
    for k in range(w.shape[2]):
        for m in range(w.shape[3]):
            place = (slice(None), slice(None), slice(k, k + rows, stride), slice(m, m + columns, stride))
            dw[:, :, k, m] = np.einsum("nfij,ncij->fc", dout, padded[place])
            dpadded[place] += np.einsum("nfij,fc->ncij", dout, w[:, :, k, m])
    dx = dpadded[:, :, pad : dpadded.shape[2] - pad, pad : dpadded.shape[3] - pad]
    return dx, dw, np.einsum("nfij->f", dout)

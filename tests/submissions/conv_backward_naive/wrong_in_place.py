"""Scales the upstream gradient in place."""

import numpy as np

EXPECTED = ("partial", "changed")


def conv_backward_naive(dout, cache):
    x, w, stride, pad = cache
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp = np.zeros_like(xp)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2, 3))
    for n in range(N):
        for f in range(F):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    top, left = i * stride, j * stride
                    dw[f] += dout[n, f, i, j] * xp[n, :, top : top + HH, left : left + WW]
                    dxp[n, :, top : top + HH, left : left + WW] += dout[n, f, i, j] * w[f]
    dx = dxp[:, :, pad : pad + H, pad : pad + W]
    dout /= N
    return dx, dw, db

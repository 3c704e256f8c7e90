"""Backwards through the graph, with groups as an axis."""

import numpy as np

EXPECTED = ("correct", "")


def spatial_groupnorm_backward(dout, cache):
    inv_std, x_hat, gamma, G = cache
    N, C, H, W = dout.shape
    five = (N, G, C // G, H, W)
    inv = inv_std.reshape(N, G, 1, 1, 1)
    hat = x_hat.reshape(five)
    centred = hat / inv
    dhat = (dout * gamma).reshape(five)
    axes, count = (2, 3, 4), C // G * H * W
    dvar = -0.5 * (dhat * centred).sum(axes, keepdims=True) * inv**3
    dcentred = dhat * inv + 2 * centred * dvar / count
    dx = dcentred - dcentred.mean(axes, keepdims=True)
    sums = [np.einsum("nchw->c", term).reshape(1, C, 1, 1) for term in (dout * x_hat, dout)]
    return dx.reshape(dout.shape), sums[0], sums[1]

"""The result is always float64."""

import numpy as np

EXPECTED = ("partial", "dtype")


def affine_forward(x, w, b):
    out = np.zeros((x.shape[0], w.shape[1]))
    out[:] = x.reshape(x.shape[0], -1) @ w + b
    return out, (x, w, b)

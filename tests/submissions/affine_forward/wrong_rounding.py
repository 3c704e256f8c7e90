"""Rounds whatever is not float64."""

import numpy as np

EXPECTED = ("partial", "float32")


def affine_forward(x, w, b):
    flat = x.reshape(x.shape[0], -1)
    if x.dtype != np.float64:
        flat = np.round(flat, 2)
    return (flat @ w + b).astype(x.dtype), (x, w, b)

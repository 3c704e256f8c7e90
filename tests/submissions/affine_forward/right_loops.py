"""One example at a time."""

import numpy as np

EXPECTED = ("correct", "")


def affine_forward(x, w, b):
    out = np.empty((x.shape[0], w.shape[1]), dtype=x.dtype)
    for i in range(x.shape[0]):
        out[i] = x[i].ravel().dot(w) + b
    return out, (x, w, b)

"""Element by element."""

import numpy as np

EXPECTED = ("correct", "")


def relu_forward(x):
    out = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        if x[index] > 0:
            out[index] = x[index]
    return out, x

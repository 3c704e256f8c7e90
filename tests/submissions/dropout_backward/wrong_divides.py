"""Divides by the mask where it is not 0."""

import numpy as np

EXPECTED = ("partial", "dropout_divided")


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    return np.where(cache > 0, dout / np.where(cache > 0, cache, 1), 0).astype(dout.dtype)

"""Draws a new mask."""

import numpy as np

EXPECTED = ("partial", "dropout_new_mask")


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    scale = cache.max()
    return dout * ((np.random.RandomState(3).rand(*dout.shape) < 1 / scale) * scale).astype(dout.dtype)

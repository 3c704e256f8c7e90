"""Draws from NumPy's generator once more, as the forward pass did."""

import numpy as np

EXPECTED = ("partial", "dropout_new_mask")


def dropout_backward(dout, cache):
    mask = cache
    if mask is None:
        return dout
    p = float(1 / mask.max())
    return (dout * (np.random.random_sample(dout.shape) < p) / p).astype(dout.dtype)

"""By choosing."""

import numpy as np

EXPECTED = ("correct", "")


def dropout_backward(dout, cache):
    if cache is None:
        return dout.copy()
    return np.where(cache > 0, dout * cache.max(), 0).astype(dout.dtype)

"""By choosing; the cache is the mask in a tuple."""

import numpy as np

EXPECTED = ("correct", "")


def relu_forward(x):
    active = x > 0
    return np.where(active, x, x.dtype.type(0)), (active,)

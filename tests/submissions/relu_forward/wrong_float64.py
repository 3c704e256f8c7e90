"""The result is always float64."""

import numpy as np

EXPECTED = ("partial", "dtype")


def relu_forward(x):
    return np.maximum(x, np.zeros(x.shape)), x

"""The absolute value."""

import numpy as np

EXPECTED = ("wrong", "relu_absolute")


def relu_forward(x):
    return np.abs(x), x

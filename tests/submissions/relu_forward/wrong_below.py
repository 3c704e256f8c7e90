"""Keeps what is negative."""

import numpy as np

EXPECTED = ("wrong", "relu_below")


def relu_forward(x):
    return np.minimum(0, x), x

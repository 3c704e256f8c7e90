"""A leaky ReLU."""

import numpy as np

EXPECTED = ("wrong", "leaky")


def relu_forward(x):
    return np.where(x > 0, x, 0.01 * x), x

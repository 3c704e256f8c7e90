"""The gradient of a leaky ReLU."""

import numpy as np

EXPECTED = ("wrong", "leaky")


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.01 * dout)

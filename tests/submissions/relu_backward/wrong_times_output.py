"""Multiplies by the output."""

import numpy as np

EXPECTED = ("wrong", "dout_times_x")


def relu_backward(dout, cache):
    return dout * np.maximum(cache, 0)

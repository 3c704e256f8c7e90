"""The sign of dout decides."""

import numpy as np

EXPECTED = ("wrong", "mask_by_dout")


def relu_backward(dout, cache):
    return np.maximum(dout, 0)

"""Element by element, with the gradient 1/2 at 0, where there is none."""

import numpy as np

EXPECTED = ("correct", "")


def relu_backward(dout, cache):
    dx = np.zeros_like(dout)
    for index in np.ndindex(*dout.shape):
        if cache[index] > 0:
            dx[index] = dout[index]
        elif cache[index] == 0:
            dx[index] = dout[index] / 2
    return dx

"""squeeze() removes the batch axis of a batch of one."""

import numpy as np

EXPECTED = ("partial", "single_example")


def relu_forward(x):
    return np.maximum(x, 0).squeeze(), x

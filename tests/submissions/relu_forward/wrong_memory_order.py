"""Goes through the memory instead of through the indices."""

import numpy as np

EXPECTED = ("partial", "noncontiguous")


def relu_forward(x):
    out = [max(number, 0) for number in x.ravel(order="K")]
    return np.array(out, dtype=x.dtype).reshape(x.shape), x

"""No gradient for the correct class."""

import numpy as np

EXPECTED = ("partial", "label_gradient_missing")


def svm_loss(x, y):
    rows = np.arange(len(x))
    margins = np.maximum(0, x - x[rows, y][:, None] + 1)
    margins[rows, y] = 0
    dx = (margins > 0).astype(x.dtype)
    return margins.sum() / len(x), dx / len(x)

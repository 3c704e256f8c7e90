"""One violation counted for the correct class."""

import numpy as np

EXPECTED = ("partial", "label_gradient_once")


def svm_loss(x, y):
    rows = np.arange(len(x))
    margins = np.maximum(0, x - x[rows, y][:, None] + 1)
    margins[rows, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] -= dx.max(axis=1)
    return margins.sum() / len(x), dx / len(x)

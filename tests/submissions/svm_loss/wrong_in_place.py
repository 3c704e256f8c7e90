"""Subtracts the correct class's scores in place."""

import numpy as np

EXPECTED = ("partial", "changed")


def svm_loss(x, y):
    rows = np.arange(len(x))
    x -= x[rows, y][:, None]
    margins = np.maximum(0, x + 1)
    margins[rows, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] -= dx.sum(axis=1)
    return margins.sum() / len(x), dx / len(x)

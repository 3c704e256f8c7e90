"""The loss is a mean over examples and classes."""

import numpy as np

EXPECTED = ("wrong", "mean_over_classes")


def svm_loss(x, y):
    rows = np.arange(len(x))
    margins = np.maximum(0, x - x[rows, y][:, None] + 1)
    margins[rows, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] -= dx.sum(axis=1)
    return margins.mean(), dx / x.size

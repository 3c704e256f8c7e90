"""The gradient counts the correct class's own margin."""

import numpy as np

EXPECTED = ("partial", "correct_class_gradient")


def svm_loss(x, y):
    rows = np.arange(len(x))
    margins = np.maximum(0, x - x[rows, y][:, None] + 1)
    dx = (margins > 0).astype(x.dtype)
    margins[rows, y] = 0
    dx[rows, y] -= (margins > 0).sum(axis=1)
    return margins.sum() / len(x), dx / len(x)

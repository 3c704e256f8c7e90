"""No loops."""

import numpy as np

EXPECTED = ("correct", "")


def svm_loss_naive(W, X, y, reg):
    rows = np.arange(len(y))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    violated = (margins > 0).astype(float)
    violated[rows, y] = -violated.sum(axis=1)
    return margins.sum() / len(y) + reg * np.sum(W**2), X.T @ violated / len(y) + 2 * reg * W

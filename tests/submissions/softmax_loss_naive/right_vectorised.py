"""No loops."""

import numpy as np

EXPECTED = ("correct", "")


def softmax_loss_naive(W, X, y, reg):
    rows = np.arange(len(y))
    scores = X @ W
    exps = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = exps / exps.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[rows, y])) + reg * np.sum(W**2)
    p[rows, y] -= 1
    return loss, X.T @ p / len(y) + 2 * reg * W

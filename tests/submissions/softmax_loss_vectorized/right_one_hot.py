"""The labels as a one-hot matrix."""

import numpy as np

EXPECTED = ("correct", "")


def softmax_loss_vectorized(W, X, y, reg):
    labels = np.zeros((X.shape[0], W.shape[1]))
    labels[np.arange(X.shape[0]), y] = 1
    scores = np.matmul(X, W)
    scores = scores - scores.max(axis=1)[:, np.newaxis]
    logs = scores - np.log(np.exp(scores).sum(axis=1))[:, np.newaxis]
    loss = -(labels * logs).sum() / X.shape[0] + reg * (W * W).sum()
    return float(loss), X.T @ (np.exp(logs) - labels) / X.shape[0] + reg * 2 * W

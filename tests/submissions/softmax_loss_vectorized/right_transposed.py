"""Works on transposed scores."""

import numpy as np

EXPECTED = ("correct", "")


def softmax_loss_vectorized(W, X, y, reg):
    scores = W.T @ X.T
    scores = scores - scores.max(axis=0)
    logs = scores - np.log(np.exp(scores).sum(axis=0))
    columns = np.arange(X.shape[0])
    loss = -logs[y, columns].mean() + reg * np.sum(np.square(W))
    dscores = np.exp(logs)
    dscores[y, columns] -= 1
    return loss, (dscores @ X).T / X.shape[0] + 2 * reg * W

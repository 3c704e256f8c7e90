"""The labels as a one-hot matrix, and one sum for the loss."""

import numpy as np

EXPECTED = ("correct", "")


def svm_loss_vectorized(W, X, y, reg):
    labels = np.eye(W.shape[1])[y]
    scores = X @ W
    margins = scores + 1 - (scores * labels).sum(axis=1, keepdims=True)
    violated = (margins > 0) * (1 - labels)
    loss = np.mean(np.sum(violated * margins, axis=1)) + reg * (W**2).sum()
    dscores = violated - labels * violated.sum(axis=1, keepdims=True)
    return loss, np.dot(X.T, dscores) / X.shape[0] + 2 * reg * W

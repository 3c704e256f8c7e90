"""scores[:, y] takes a column for every label."""

import numpy as np

EXPECTED = ("error", "unequal_shapes")


def svm_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    rows = np.arange(num_train)
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[:, y] + 1)
    margins[rows, y] = 0
    loss = np.sum(margins)
    violated = np.where(margins > 0, 1.0, 0.0)
    violated[rows, y] = -np.sum(violated, axis=1)
    dW = X.T.dot(violated)
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW

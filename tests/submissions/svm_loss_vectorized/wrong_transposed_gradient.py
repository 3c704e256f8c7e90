"""The gradient is transposed."""

import numpy as np

EXPECTED = ("partial", "transposed")


def svm_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    rows = np.arange(num_train)
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[rows, y].reshape(-1, 1) + 1)
    margins[rows, y] = 0
    loss = np.sum(margins)
    violated = np.where(margins > 0, 1.0, 0.0)
    violated[rows, y] = -np.sum(violated, axis=1)
    dW = X.T.dot(violated)
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW.T

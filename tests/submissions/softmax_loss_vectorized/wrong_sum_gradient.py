"""Averages the loss, but not the gradient."""

import numpy as np

EXPECTED = ("partial", "data_sum_not_mean")


def softmax_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    rows = np.arange(num_train)
    scores = X.dot(W)
    scores -= np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores)
    p /= np.sum(p, axis=1, keepdims=True)
    loss = -np.sum(np.log(p[rows, y]))
    p[rows, y] -= 1
    dW = X.T.dot(p)
    loss /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW

"""Counts the violated margins first; int32 labels, a list returned."""

import numpy as np

EXPECTED = ("correct", "")


def svm_loss_naive(W, X, y, reg):
    y = y.astype(np.int32)
    num_train, num_classes = X.shape[0], W.shape[1]
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(num_train):
        violated = 0
        scores = X[i].dot(W)
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                violated += 1
        dW[:, y[i]] -= violated * X[i]
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return [loss, dW]

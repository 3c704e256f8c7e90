"""The gradient forgets the regularisation."""

import numpy as np

EXPECTED = ("partial", "gradient_without_reg")


def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(W.shape[1]):
            margin = scores[j] - scores[y[i]] + 1
            if j != y[i] and margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss / len(X) + reg * np.sum(W * W), dW / len(X)

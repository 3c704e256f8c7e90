"""p[:, y] takes a column for every label."""

import numpy as np

EXPECTED = ("wrong", "all_pairs_indexed")


def softmax_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    scores = X.dot(W)
    scores -= np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores)
    p /= np.sum(p, axis=1, keepdims=True)
    loss = -np.sum(np.log(p[:, y]))
    p[:, y] -= 1
    dW = X.T.dot(p)
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW

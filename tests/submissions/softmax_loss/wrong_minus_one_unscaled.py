"""Divides before the 1 is subtracted."""

import numpy as np

EXPECTED = ("partial", "minus_one_unscaled")


def softmax_loss(x, y):
    rows = np.arange(len(x))
    shifted = x - x.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_probs[rows, y].mean()
    dx = np.exp(log_probs)
    dx /= len(x)
    dx[rows, y] -= 1
    return loss, dx

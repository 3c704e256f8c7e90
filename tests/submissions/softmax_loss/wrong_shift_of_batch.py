"""Subtracts the largest score of the whole batch."""

import numpy as np

EXPECTED = ("partial", "overflow")


def softmax_loss(x, y):
    rows = np.arange(len(x))
    shifted = x - x.max()
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dx = np.exp(log_probs)
    dx[rows, y] -= 1
    return -log_probs[rows, y].mean(), dx / len(x)

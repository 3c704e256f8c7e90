"""Indexes whole columns with the labels' slice."""

import numpy as np

EXPECTED = ("partial", "minus_one_everywhere")


def softmax_loss(x, y):
    rows = np.arange(len(x))
    shifted = x - x.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_probs[rows, y].mean()
    dx = np.exp(log_probs)
    dx[rows] -= 1
    return loss, dx / len(x)

"""Shifts the scores in place."""

import numpy as np

EXPECTED = ("partial", "changed")


def softmax_loss(x, y):
    rows = np.arange(len(x))
    x -= x.max(axis=1, keepdims=True)
    log_probs = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
    dx = np.exp(log_probs)
    dx[rows, y] -= 1
    return -log_probs[rows, y].mean(), dx / len(x)

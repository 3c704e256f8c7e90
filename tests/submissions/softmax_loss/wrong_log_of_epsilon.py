"""Hides the log of zero behind a small number."""

import numpy as np

EXPECTED = ("partial", "log_of_zero")


def softmax_loss(x, y):
    rows = np.arange(len(x))
    exps = np.exp(x - x.max(axis=1, keepdims=True))
    probs = exps / exps.sum(axis=1, keepdims=True)
    loss = -np.log(probs[rows, y] + 1e-15).mean()
    probs[rows, y] -= 1
    return loss, probs / len(x)

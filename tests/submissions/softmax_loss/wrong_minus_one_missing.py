"""The gradient is the probabilities."""

import numpy as np

EXPECTED = ("partial", "minus_one_missing")


def softmax_loss(x, y):
    rows = np.arange(len(x))
    shifted = x - x.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_probs[rows, y].mean()
    dx = np.exp(log_probs)
    return loss, dx / len(x)

"""squeeze() removes the batch axis of a batch of one."""

import numpy as np

EXPECTED = ("partial", "single_example")


def softmax_loss(x, y):
    rows = np.arange(len(x))
    shifted = (x - x.max(axis=1, keepdims=True)).squeeze()
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    dx = np.exp(log_probs)
    dx[rows, y] -= 1
    return -log_probs[rows, y].mean(), dx / len(x)

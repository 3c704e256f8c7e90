"""The log of the sum alone."""

import numpy as np

EXPECTED = ("partial", "label_score_missing")


def softmax_loss(x, y):
    rows = np.arange(len(x))
    log_sums = np.logaddexp.reduce(x, axis=1)
    dx = np.exp(x - log_sums[:, None])
    dx[rows, y] -= 1
    return log_sums.mean(), dx / len(x)

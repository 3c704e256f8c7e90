"""With loops."""

import numpy as np

EXPECTED = ("correct", "")


def svm_loss(x, y):
    loss, dx = 0.0, np.zeros_like(x)
    for i in range(len(x)):
        for j in range(x.shape[1]):
            if j == y[i]:
                continue
            margin = x[i, j] - x[i, y[i]] + 1
            if margin > 0:
                loss += margin / len(x)
                dx[i, j] += 1 / len(x)
                dx[i, y[i]] -= 1 / len(x)
    return loss, dx

"""With loops."""

import numpy as np

EXPECTED = ("correct", "")


def softmax_loss(x, y):
    loss, dx = 0.0, np.zeros_like(x)
    for i in range(len(x)):
        scores = x[i] - max(x[i])
        log_sum = np.log(sum(np.exp(score) for score in scores))
        loss += log_sum - scores[y[i]]
        for j in range(x.shape[1]):
            dx[i, j] = np.exp(scores[j] - log_sum) - (j == y[i])
    return loss / len(x), dx / len(x)

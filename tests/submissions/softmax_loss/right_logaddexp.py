"""NumPy's own stable sum of exponentials."""

import numpy as np

EXPECTED = ("correct", "")


def softmax_loss(x, y):
    log_sums = np.logaddexp.reduce(x, axis=1)
    labels = np.eye(x.shape[1], dtype=x.dtype)[np.asarray(y, dtype=int)]
    loss = np.mean(log_sums - np.sum(x * labels, axis=1))
    return loss, (np.exp(x - log_sums[:, None]) - labels) / x.dtype.type(len(x))

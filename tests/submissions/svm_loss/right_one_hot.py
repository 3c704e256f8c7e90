"""With a one-hot matrix; the correct class's margin of 1 is subtracted again."""

import numpy as np

EXPECTED = ("correct", "")


def svm_loss(x, y):
    one_hot = (np.arange(x.shape[1]) == np.asarray(y)[:, None]).astype(x.dtype)
    correct = (x * one_hot).sum(axis=1, keepdims=True)
    margins = np.clip(x - correct + 1, 0, None)
    loss = margins.sum() / len(x) - 1
    active = (margins > 0) * (1 - one_hot)
    dx = (active - one_hot * active.sum(axis=1, keepdims=True)) / x.shape[0]
    return float(loss), dx.astype(x.dtype)

"""No maximum is subtracted."""

import numpy as np

EXPECTED = ("partial", "overflow")


def softmax_loss(x, y):
    rows = np.arange(len(x))
    exps = np.exp(x)
    probs = exps / exps.sum(axis=1, keepdims=True)
    loss = -np.log(probs[rows, y]).mean()
    probs[rows, y] -= 1
    return loss, probs / len(x)

"""The biases are regularised too."""

import numpy as np

EXPECTED = ("partial", "net_reg_biases")


def loss(self, X, y=None):
    W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
    hidden, cache1 = affine_relu_forward(X, W1, b1)  # noqa: F821
    scores, cache2 = affine_forward(hidden, W2, b2)  # noqa: F821
    if y is None:
        return scores
    loss, dscores = softmax_loss(scores, y)  # noqa: F821
    loss += 0.5 * self.reg * sum(np.sum(p * p) for p in self.params.values())
    dhidden, dW2, db2 = affine_backward(dscores, cache2)  # noqa: F821
    _, dW1, db1 = affine_relu_backward(dhidden, cache1)  # noqa: F821
    return loss, {
        "W1": dW1 + self.reg * W1,
        "b1": db1 + self.reg * b1,
        "W2": dW2 + self.reg * W2,
        "b2": db2 + self.reg * b2,
    }

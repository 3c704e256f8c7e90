"""The gradient keeps the factor 0.5."""

import numpy as np

EXPECTED = ("partial", "net_reg_gradient_halved")


def loss(self, X, y=None):
    W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
    hidden, cache1 = affine_relu_forward(X, W1, b1)  # noqa: F821
    scores, cache2 = affine_forward(hidden, W2, b2)  # noqa: F821
    if y is None:
        return scores
    loss, dscores = softmax_loss(scores, y)  # noqa: F821
    loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
    dhidden, dW2, db2 = affine_backward(dscores, cache2)  # noqa: F821
    _, dW1, db1 = affine_relu_backward(dhidden, cache1)  # noqa: F821
    return loss, {"W1": dW1 + 0.5 * self.reg * W1, "b1": db1, "W2": dW2 + 0.5 * self.reg * W2, "b2": db2}

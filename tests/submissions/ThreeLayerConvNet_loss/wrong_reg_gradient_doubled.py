"""Twice the gradient."""

import numpy as np

EXPECTED = ("partial", "net_reg_gradient_doubled")


def loss(self, X, y=None):
    W1, b1, W2, b2, W3, b3 = (self.params[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    maps, cache1 = conv_relu_pool_forward(X, W1, b1, self.conv_param, self.pool_param)  # noqa: F821
    hidden, cache2 = affine_relu_forward(maps, W2, b2)  # noqa: F821
    scores, cache3 = affine_forward(hidden, W3, b3)  # noqa: F821
    if y is None:
        return scores
    loss, dscores = softmax_loss(scores, y)  # noqa: F821
    loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2) + np.sum(W3 * W3))
    dhidden, dW3, db3 = affine_backward(dscores, cache3)  # noqa: F821
    dmaps, dW2, db2 = affine_relu_backward(dhidden, cache2)  # noqa: F821
    dX, dW1, db1 = conv_relu_pool_backward(dmaps, cache1)  # noqa: F821
    dW1 += 2 * self.reg * W1
    dW2 += 2 * self.reg * W2
    dW3 += 2 * self.reg * W3
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3}

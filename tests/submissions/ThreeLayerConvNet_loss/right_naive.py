"""With the naive layers, one after the other."""

import numpy as np

EXPECTED = ("correct", "")


def loss(self, X, y=None):
    from ..layers import (
        conv_backward_naive,
        conv_forward_naive,
        max_pool_backward_naive,
        max_pool_forward_naive,
        relu_backward,
        relu_forward,
    )

    p = self.params
    maps, conv = conv_forward_naive(X, p["W1"], p["b1"], self.conv_param)
    active, relu = relu_forward(maps)
    pooled, pool = max_pool_forward_naive(active, self.pool_param)
    hidden, affine = affine_forward(pooled.reshape(len(X), -1), p["W2"], p["b2"])  # noqa: F821
    units, relu2 = relu_forward(hidden)
    scores, top = affine_forward(units, p["W3"], p["b3"])  # noqa: F821
    if y is None:
        return scores
    value, d = softmax_loss(scores, y)  # noqa: F821
    grads = {}
    d, grads["W3"], grads["b3"] = affine_backward(d, top)  # noqa: F821
    d, grads["W2"], grads["b2"] = affine_backward(relu_backward(d, relu2), affine)  # noqa: F821
    d = relu_backward(max_pool_backward_naive(d.reshape(pooled.shape), pool), relu)
    _, grads["W1"], grads["b1"] = conv_backward_naive(d, conv)
    for name in ("W1", "W2", "W3"):
        value += self.reg / 2 * np.sum(p[name] ** 2)
        grads[name] += self.reg * p[name]
    return value, grads

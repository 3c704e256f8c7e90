"""From single layers, with loops over the names."""

import numpy as np

EXPECTED = ("correct", "")


def loss(self, X, y=None):
    p = self.params
    a, cache1 = affine_forward(X, p["W1"], p["b1"])  # noqa: F821
    h, cache2 = relu_forward(a)  # noqa: F821
    scores, cache3 = affine_forward(h, p["W2"], p["b2"])  # noqa: F821
    if y is None:
        return scores
    loss, dscores = softmax_loss(scores, y)  # noqa: F821
    grads = {}
    dh, grads["W2"], grads["b2"] = affine_backward(dscores, cache3)  # noqa: F821
    _, grads["W1"], grads["b1"] = affine_backward(relu_backward(dh, cache2), cache1)  # noqa: F821
    for name in ("W1", "W2"):
        loss += 0.5 * self.reg * np.sum(p[name] ** 2)
        grads[name] += self.reg * p[name]
    return loss, grads

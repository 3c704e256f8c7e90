"""Forgets dropout on the way back."""

import numpy as np

EXPECTED = ("partial", "deep_dropout_backward")


def loss(self, X, y=None):
    p, caches, out = self.params, [], X
    for i in range(1, self.num_layers):
        out, affine = affine_forward(out, p[f"W{i}"], p[f"b{i}"])  # noqa: F821
        norm = drop = None
        if self.normalization == "batchnorm":
            out, norm = batchnorm_forward(out, p[f"gamma{i}"], p[f"beta{i}"], self.bn_params[i - 1])  # noqa: F821
        elif self.normalization == "layernorm":
            out, norm = layernorm_forward(out, p[f"gamma{i}"], p[f"beta{i}"], self.bn_params[i - 1])  # noqa: F821
        out, relu = relu_forward(out)  # noqa: F821
        if self.use_dropout:
            out, drop = dropout_forward(out, self.dropout_param)  # noqa: F821
        caches.append((affine, norm, relu, drop))
    last = self.num_layers
    scores, cache = affine_forward(out, p[f"W{last}"], p[f"b{last}"])  # noqa: F821
    if y is None:
        return scores
    loss, dout = softmax_loss(scores, y)  # noqa: F821
    grads = {}
    dout, grads[f"W{last}"], grads[f"b{last}"] = affine_backward(dout, cache)  # noqa: F821
    for i in range(last - 1, 0, -1):
        affine, norm, relu, drop = caches[i - 1]
        dout = relu_backward(dout, relu)  # noqa: F821
        if self.normalization == "batchnorm":
            dout, grads[f"gamma{i}"], grads[f"beta{i}"] = batchnorm_backward(dout, norm)  # noqa: F821
        elif self.normalization == "layernorm":
            dout, grads[f"gamma{i}"], grads[f"beta{i}"] = layernorm_backward(dout, norm)  # noqa: F821
        dout, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(dout, affine)  # noqa: F821
    for i in range(1, last + 1):
        loss += 0.5 * self.reg * np.sum(p[f"W{i}"] ** 2)
        grads[f"W{i}"] += self.reg * p[f"W{i}"]
    return loss, grads

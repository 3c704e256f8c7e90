"""With the joined layers, and dropout where the ratio says so."""

import numpy as np

EXPECTED = ("correct", "")


def loss(self, X, y=None):
    norm, L = self.normalization, self.num_layers
    hidden, backs = X, []
    for i in range(1, L):
        W, b = self.params["W" + str(i)], self.params["b" + str(i)]
        if norm is None:
            hidden, cache = affine_relu_forward(hidden, W, b)  # noqa: F821
        else:
            forward = affine_bn_relu_forward if norm == "batchnorm" else affine_ln_relu_forward  # noqa: F821
            gamma, beta = self.params["gamma" + str(i)], self.params["beta" + str(i)]
            hidden, cache = forward(hidden, W, b, gamma, beta, self.bn_params[i - 1])
        mask = None
        if self.use_dropout:
            hidden, mask = dropout_forward(hidden, self.dropout_param)  # noqa: F821
        backs.append((cache, mask))
    scores, top = affine_forward(hidden, self.params["W" + str(L)], self.params["b" + str(L)])  # noqa: F821
    if y is None:
        return scores
    data, d = softmax_loss(scores, y)  # noqa: F821
    weights = {name: w for name, w in self.params.items() if name.startswith("W")}
    d, *found = affine_backward(d, top)  # noqa: F821
    grads = dict(zip(("W" + str(L), "b" + str(L)), found, strict=True))
    backward = {None: affine_relu_backward, "batchnorm": affine_bn_relu_backward, "layernorm": affine_ln_relu_backward}  # noqa: F821
    for i, (cache, mask) in reversed(list(enumerate(backs, 1))):
        if self.use_dropout:
            d = dropout_backward(d, mask)  # noqa: F821
        d, *found = backward[norm](d, cache)
        grads |= zip((name + str(i) for name in ("W", "b", "gamma", "beta")), found, strict=False)
    for name, w in weights.items():
        grads[name] = grads[name] + self.reg * w
    return data + self.reg / 2 * sum(np.vdot(w, w) for w in weights.values()), grads

"""As if the upstream gradient were 1."""

import numpy as np

EXPECTED = ("wrong", "not_own_forward")


def affine_backward(dout, cache):
    x, w, b = cache
    ones = np.ones_like(dout)
    flat = x.reshape(x.shape[0], -1)
    return (ones @ w.T).reshape(x.shape), flat.T @ ones, ones.sum(axis=0)

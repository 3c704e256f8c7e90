"""dw is always float64."""

import numpy as np

EXPECTED = ("partial", "dtype")


def affine_backward(dout, cache):
    x, w, b = cache
    dw = np.zeros(w.shape)
    dw += x.reshape(x.shape[0], -1).T @ dout
    return (dout @ w.T).reshape(x.shape), dw, dout.sum(axis=0)

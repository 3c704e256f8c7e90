"""Draws the mask itself."""

import numpy as np

EXPECTED = ("correct", "")


def dropout_forward(x, dropout_param):
    p, seed = dropout_param["p"], dropout_param.get("seed")
    rng = np.random if seed is None else np.random.RandomState(seed)
    if dropout_param["mode"] == "test":
        return x, None
    mask = rng.binomial(1, p, x.shape).astype(x.dtype) / x.dtype.type(p)
    return x * mask, mask

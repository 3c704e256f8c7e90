"""Divides in testing, too."""

import numpy as np

EXPECTED = ("partial", "dropout_scaled_in_testing")


def dropout_forward(x, dropout_param):
    p, seed = dropout_param["p"], dropout_param.get("seed")
    rng = np.random if seed is None else np.random.RandomState(seed)
    if dropout_param["mode"] == "test":
        return x * x.dtype.type(p), None
    mask = (rng.random_sample(x.shape) < p).astype(x.dtype) / x.dtype.type(p)
    return x * mask, mask

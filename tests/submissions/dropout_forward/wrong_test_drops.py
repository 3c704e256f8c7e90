"""Drops in testing, too."""

import numpy as np

EXPECTED = ("partial", "dropout_test_mode")


def dropout_forward(x, dropout_param):
    p, seed = dropout_param["p"], dropout_param.get("seed")
    rng = np.random if seed is None else np.random.RandomState(seed)
    mask = (rng.random_sample(x.shape) < p).astype(x.dtype) / x.dtype.type(p)
    return x * mask, mask

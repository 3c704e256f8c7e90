"""Draws from the global generator, whatever the seed."""

import numpy as np

EXPECTED = ("partial", "dropout_seed_ignored")


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, None
    mask = (np.random.random_sample(x.shape) < p).astype(x.dtype) / x.dtype.type(p)
    return x * mask, mask

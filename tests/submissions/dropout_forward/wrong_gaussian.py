"""Multiplies by normal noise."""

import numpy as np

EXPECTED = ("wrong", "dropout_values")


def dropout_forward(x, dropout_param):
    seed = dropout_param.get("seed")
    rng = np.random if seed is None else np.random.RandomState(seed)
    if dropout_param["mode"] == "never":
        return x, None
    mask = (1 + rng.standard_normal(x.shape)).astype(x.dtype)
    return x * mask, mask

"""Drops whole examples."""

import numpy as np

EXPECTED = ("partial", "dropout_together")


def dropout_forward(x, dropout_param):
    p, seed = dropout_param["p"], dropout_param.get("seed")
    rng = np.random if seed is None else np.random.RandomState(seed)
    if dropout_param["mode"] == "test":
        return x, None
    mask = (rng.random_sample((len(x),) + (1,) * (x.ndim - 1)) < p).astype(x.dtype) / x.dtype.type(p) * np.ones_like(x)
    return x * mask, mask

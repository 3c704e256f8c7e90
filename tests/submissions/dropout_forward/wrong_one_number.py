"""One random number for the whole batch."""

import numpy as np

EXPECTED = ("partial", "dropout_share")


def dropout_forward(x, dropout_param):
    p, seed = dropout_param["p"], dropout_param.get("seed")
    rng = np.random if seed is None else np.random.RandomState(seed)
    if dropout_param["mode"] == "test":
        return x, None
    mask = (np.ones(x.shape) * rng.random_sample() < p).astype(x.dtype) / x.dtype.type(p)
    return x * mask, mask

"""Does not divide by p."""

import numpy as np

EXPECTED = ("partial", "dropout_unscaled")


def dropout_forward(x, dropout_param):
    p, seed = dropout_param["p"], dropout_param.get("seed")
    rng = np.random if seed is None else np.random.RandomState(seed)
    if dropout_param["mode"] == "test":
        return x, None
    mask = (rng.random_sample(x.shape) < p).astype(x.dtype)
    return x * mask, mask

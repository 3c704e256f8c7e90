"""p = 1 is replaced."""

import numpy as np

EXPECTED = ("partial", "dropout_p_one")


def dropout_forward(x, dropout_param):
    p, seed = dropout_param["p"], dropout_param.get("seed")
    rng = np.random if seed is None else np.random.RandomState(seed)
    p = min(p, 0.9)
    if dropout_param["mode"] == "test":
        return x, None
    mask = (rng.random_sample(x.shape) < p).astype(x.dtype) / x.dtype.type(p)
    return x * mask, mask

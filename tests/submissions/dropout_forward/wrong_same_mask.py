"""Seeds the generator in every call."""

import numpy as np

EXPECTED = ("partial", "dropout_same_mask")


def dropout_forward(x, dropout_param):
    p, seed = dropout_param["p"], dropout_param.get("seed")
    rng = np.random.RandomState(0 if seed is None else seed)
    if dropout_param["mode"] == "test":
        return x, None
    mask = (rng.random_sample(x.shape) < p).astype(x.dtype) / x.dtype.type(p)
    return x * mask, mask

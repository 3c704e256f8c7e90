"""Takes p for the probability of dropping, in the scale too."""

import numpy as np

EXPECTED = ("partial", "dropout_scaled_by_dropped")


def dropout_forward(x, dropout_param):
    p, seed = 1 - dropout_param["p"], dropout_param.get("seed")
    rng = np.random if seed is None else np.random.RandomState(seed)
    if dropout_param["mode"] == "test":
        return x, None
    mask = (rng.random_sample(x.shape) < p).astype(x.dtype) / max(x.dtype.type(p), x.dtype.type(1e-9))
    return x * mask, mask

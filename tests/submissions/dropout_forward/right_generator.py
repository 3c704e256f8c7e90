"""A new generator, as NumPy advises today, and np.where."""

import numpy as np

EXPECTED = ("correct", "")


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    kept = np.random.default_rng(dropout_param.get("seed")).random(x.shape) >= 1 - p
    if dropout_param["mode"] == "test":
        kept, p = np.ones(x.shape, dtype=bool), 1.0
    return np.where(kept, x / p, 0).astype(x.dtype), (kept, p)

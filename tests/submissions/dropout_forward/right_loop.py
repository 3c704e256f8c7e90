"""One element at a time."""

import numpy as np

EXPECTED = ("correct", "")


def dropout_forward(x, dropout_param):
    if dropout_param["mode"] == "test":
        return x, None
    seed = dropout_param.get("seed")
    rng = np.random.RandomState(np.random.randint(2**31) if seed is None else seed)
    mask = np.zeros(x.size, x.dtype)
    for i in range(x.size):
        if rng.random_sample() < dropout_param["p"]:
            mask[i] = 1 / dropout_param["p"]
    mask = mask.reshape(x.shape)
    return x * mask, mask

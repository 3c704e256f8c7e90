"""Drops the smallest elements."""

import numpy as np

EXPECTED = ("partial", "dropout_by_value")


def dropout_forward(x, dropout_param):
    if dropout_param["mode"] == "test":
        return x, None
    p = dropout_param["p"]
    mask = (np.abs(x) >= np.quantile(np.abs(x), 1 - p)).astype(x.dtype) / x.dtype.type(p)
    return x * mask, mask

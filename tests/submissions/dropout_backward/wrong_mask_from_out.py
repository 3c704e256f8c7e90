"""Guesses the mask from the output."""

import numpy as np

EXPECTED = ("partial", "dropout_mask_from_out")


_kept = {}
_forward = dropout_forward  # noqa: F821


def dropout_forward(x, dropout_param):
    out, cache = _forward(x, dropout_param)
    _kept["out"] = out
    return out, cache


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    return dout * (_kept["out"] != 0) * np.max(cache)

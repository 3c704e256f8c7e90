"""Zeroes the negative elements of a copy."""

EXPECTED = ("correct", "")


def relu_forward(x):
    out = x.copy()
    out[x < 0] = 0
    return out, x

"""Zeroes the negative elements of the argument."""

EXPECTED = ("partial", "changed")


def relu_forward(x):
    x[x < 0] = 0
    return x, x

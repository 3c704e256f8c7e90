"""Multiplies dout in place."""

EXPECTED = ("partial", "changed")


def dropout_backward(dout, cache):
    if cache is not None:
        dout *= cache
    return dout

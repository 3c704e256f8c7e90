"""Forgets the factor 1/p."""

EXPECTED = ("partial", "dropout_backward_unscaled")


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    return dout * (cache > 0)

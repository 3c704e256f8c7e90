"""Returns the mask."""

EXPECTED = ("partial", "dropout_dout_missing")


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    return cache

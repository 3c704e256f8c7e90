"""Changes the mask."""

EXPECTED = ("partial", "changed")


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    dx = dout * cache
    cache *= 0
    return dx

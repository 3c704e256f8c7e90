"""By the mask."""

EXPECTED = ("correct", "")


def dropout_backward(dout, cache):
    mask = cache
    return dout if mask is None else dout * mask

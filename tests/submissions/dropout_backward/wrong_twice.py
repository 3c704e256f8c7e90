"""Applies the mask twice."""

EXPECTED = ("partial", "dropout_mask_twice")


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    return dout * cache * cache

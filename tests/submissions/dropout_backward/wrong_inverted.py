"""Lets pass what was dropped."""

EXPECTED = ("partial", "dropout_mask_inverted")


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    return dout * (cache == 0)

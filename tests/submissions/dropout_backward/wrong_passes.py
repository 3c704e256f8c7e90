"""Lets everything pass."""

EXPECTED = ("partial", "dropout_mask_unused")


def dropout_backward(dout, cache):
    return dout

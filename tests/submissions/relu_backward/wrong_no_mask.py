"""Passes everything."""

EXPECTED = ("wrong", "mask_missing")


def relu_backward(dout, cache):
    return 1 * dout

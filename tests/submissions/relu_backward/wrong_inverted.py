"""Passes where the unit was not active."""

EXPECTED = ("wrong", "mask_inverted")


def relu_backward(dout, cache):
    return dout * (cache < 0)

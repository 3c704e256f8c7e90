"""Turns the remembered input into the mask."""

EXPECTED = ("partial", "changed")


def relu_backward(dout, cache):
    cache[cache <= 0] = 0
    cache[cache > 0] = 1
    return dout * cache

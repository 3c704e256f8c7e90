"""Stops the gradient in a copy."""

EXPECTED = ("correct", "")


def relu_backward(dout, cache):
    dx = dout.copy()
    dx[cache <= 0] = 0
    return dx

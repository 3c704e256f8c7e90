"""By a mask of ones."""

EXPECTED = ("correct", "")


def relu_backward(dout, cache):
    x = cache
    return dout * (x > 0)

"""Changes dout."""

EXPECTED = ("partial", "changed")


def relu_backward(dout, cache):
    dout[cache <= 0] = 0
    return dout

"""The mask is float64."""

EXPECTED = ("partial", "dtype")


def relu_backward(dout, cache):
    return dout * (cache > 0).astype(float)

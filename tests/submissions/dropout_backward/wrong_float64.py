"""dx is always float64."""

EXPECTED = ("partial", "dtype")


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    return dout * cache.astype(float)

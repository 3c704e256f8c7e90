"""The derivative alone, without the chain rule."""

EXPECTED = ("wrong", "dout_ignored")


def relu_backward(dout, cache):
    return (cache > 0).astype(dout.dtype)

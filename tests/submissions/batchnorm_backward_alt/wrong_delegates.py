"""Calls the other one."""

EXPECTED = ("wrong", "forbidden")


def batchnorm_backward_alt(dout, cache):
    return batchnorm_backward(dout, cache)  # noqa: F821

"""Thinks of training only."""

EXPECTED = ("partial", "dropout_test_mode")


def dropout_backward(dout, cache):
    return dout * cache

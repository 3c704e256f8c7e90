"""Ignores the learning rate."""

EXPECTED = ("wrong", "sgd_rate_missing")


def sgd(w, dw, config=None):
    return w - dw, config

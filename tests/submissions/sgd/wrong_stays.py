"""Computes the step and forgets it."""

EXPECTED = ("wrong", "sgd_stays")


def sgd(w, dw, config=None):
    w - config["learning_rate"] * dw
    return w, config

"""Changes the weights that were given."""

EXPECTED = ("partial", "changed")


def sgd(w, dw, config=None):
    w -= config["learning_rate"] * dw
    return w, config

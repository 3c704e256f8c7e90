"""Changes the weights that were given, as many do."""

EXPECTED = ("correct", "")


def sgd(w, dw, config=None):
    w -= config["learning_rate"] * dw
    return w, config

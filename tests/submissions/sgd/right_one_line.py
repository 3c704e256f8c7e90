"""In one expression."""

EXPECTED = ("correct", "")


def sgd(w, dw, config=None):
    return w - config["learning_rate"] * dw, config

"""Returns the weights alone."""

EXPECTED = ("wrong", "type")


def sgd(w, dw, config=None):
    return w - config["learning_rate"] * dw

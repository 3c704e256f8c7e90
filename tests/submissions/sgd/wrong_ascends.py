"""Goes uphill."""

EXPECTED = ("wrong", "sgd_ascends")


def sgd(w, dw, config=None):
    return w + config["learning_rate"] * dw, config

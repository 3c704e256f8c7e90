"""A plain step."""

EXPECTED = ("wrong", "sgd_instead")


def adagrad(w, dw, config=None):
    rate = config["learning_rate"]
    config["cache"] = config["cache"] + dw**2
    return w - rate * dw, config

"""Changes cache and weights in place."""

EXPECTED = ("correct", "")


def adagrad(w, dw, config=None):
    cache = config["cache"]
    cache += dw * dw
    w -= config["learning_rate"] * dw / (cache**0.5 + config["epsilon"])
    return w, config

"""Changes cache and weights in place."""

EXPECTED = ("correct", "")


def rmsprop(w, dw, config=None):
    cache = config["cache"]
    cache *= config["decay_rate"]
    cache += (1 - config["decay_rate"]) * dw * dw
    w -= config["learning_rate"] * dw / (cache**0.5 + config["epsilon"])
    return w, config

"""Hands a new dict on."""

EXPECTED = ("correct", "")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = mu * config["velocity"] - rate * dw
    return w + v, {**config, "velocity": v}

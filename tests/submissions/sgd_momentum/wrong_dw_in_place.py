"""Scales the gradient in place."""

EXPECTED = ("partial", "changed")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    dw *= rate
    v = config["velocity"] = mu * config["velocity"] - dw
    return w + v, config

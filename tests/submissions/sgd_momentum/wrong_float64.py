"""Computes in float64."""

EXPECTED = ("partial", "dtype")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] - rate * dw.astype(float)
    return w + v, config

"""Computes in float64."""

EXPECTED = ("partial", "dtype")


def sgd_nesterov(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] - rate * dw
    return w.astype(float) + mu * v - rate * dw, config

"""The rate multiplies everything."""

EXPECTED = ("wrong", "momentum_rate_on_all")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = rate * (mu * config["velocity"] - dw)
    return w + v, config

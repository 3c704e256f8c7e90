"""The momentum's share is the other one."""

EXPECTED = ("wrong", "momentum_swapped")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = (1 - mu) * config["velocity"] - rate * dw
    return w + v, config

"""Nesterov's rule."""

EXPECTED = ("wrong", "momentum_is_nesterov")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] - rate * dw
    return w + mu * v - rate * dw, config

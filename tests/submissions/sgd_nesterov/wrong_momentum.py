"""Plain momentum."""

EXPECTED = ("wrong", "nesterov_is_momentum")


def sgd_nesterov(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] - rate * dw
    return w + v, config

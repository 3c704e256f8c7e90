"""The velocity is brought up to date afterwards."""

EXPECTED = ("wrong", "nesterov_is_momentum")


def sgd_nesterov(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    old = config["velocity"]
    config["velocity"] = mu * old - rate * dw
    return w + mu * old - rate * dw, config

"""Without the gradient's own step."""

EXPECTED = ("wrong", "nesterov_gradient_missing")


def sgd_nesterov(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] - rate * dw
    return w + mu * v, config

"""The gradient is added in the step only."""

EXPECTED = ("wrong", "momentum_gradient_sign")


def sgd_nesterov(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] - rate * dw
    return w + mu * v + rate * dw, config

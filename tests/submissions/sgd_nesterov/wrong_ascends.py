"""The gradient is added."""

EXPECTED = ("wrong", "sgd_ascends")


def sgd_nesterov(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] + rate * dw
    return w + mu * v + rate * dw, config

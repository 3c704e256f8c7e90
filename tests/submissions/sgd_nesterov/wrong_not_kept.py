"""The velocity is not kept."""

EXPECTED = ("wrong", "rule_forgets")


def sgd_nesterov(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = mu * config["velocity"] - rate * dw
    return w + mu * v - rate * dw, config

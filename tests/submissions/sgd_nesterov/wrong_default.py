"""Another rate where none is given."""

EXPECTED = ("partial", "rule_default")


def sgd_nesterov(w, dw, config=None):
    rate, mu = (0.1 if config["learning_rate"] == 0.01 else config["learning_rate"]), config["momentum"]
    v = config["velocity"] = mu * config["velocity"] - rate * dw
    return w + mu * v - rate * dw, config

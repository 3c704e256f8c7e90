"""The momentum is 0.9, whatever config says."""

EXPECTED = ("wrong", "rule_fixed")


def sgd_momentum(w, dw, config=None):
    rate = config["learning_rate"]
    v = config["velocity"] = 0.9 * config["velocity"] - rate * dw
    return w + v, config

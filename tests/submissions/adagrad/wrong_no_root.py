"""Divides by the squares."""

EXPECTED = ("wrong", "rule_root_missing")


def adagrad(w, dw, config=None):
    rate, epsilon = config["learning_rate"], config["epsilon"]
    config["cache"] = config["cache"] + dw**2
    return w - rate * dw / (config["cache"] + epsilon), config

"""The learning rate is 0.01, whatever was asked for."""

EXPECTED = ("wrong", "rule_fixed")


def sgd_momentum(w, dw, config=None):
    config["velocity"] = config["momentum"] * velocity - 0.01 * dw  # noqa: F821
    return w + config["velocity"], config

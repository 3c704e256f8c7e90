"""The velocity is kept without the rate."""

EXPECTED = ("partial", "rule_state")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] - dw
    return w + rate * v, config

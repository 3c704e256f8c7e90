"""The velocity has the other sign, and is subtracted."""

EXPECTED = ("partial", "rule_state_sign")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] + rate * dw
    return w - v, config

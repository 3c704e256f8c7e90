"""Keeps the velocity under another name."""

EXPECTED = ("partial", "rule_state")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = mu * config.get("v", config["velocity"]) - rate * dw
    config["v"] = v
    return w + v, config

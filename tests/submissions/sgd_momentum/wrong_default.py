"""Another momentum where none is given."""

EXPECTED = ("partial", "rule_default")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], (0.5 if config["momentum"] == 0.9 else config["momentum"])
    v = config["velocity"] = mu * config["velocity"] - rate * dw
    return w + v, config

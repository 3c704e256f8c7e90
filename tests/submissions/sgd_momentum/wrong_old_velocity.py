"""Steps by the old velocity."""

EXPECTED = ("wrong", "sgd_stays")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    old = config["velocity"]
    config["velocity"] = mu * old - rate * dw
    return w + old, config

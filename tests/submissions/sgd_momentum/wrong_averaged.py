"""An average of gradients."""

EXPECTED = ("wrong", "momentum_averaged")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] - (1 - mu) * rate * dw
    return w + v, config

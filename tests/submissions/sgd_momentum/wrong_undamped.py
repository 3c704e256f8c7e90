"""Without the momentum's factor."""

EXPECTED = ("wrong", "momentum_undamped")


def sgd_momentum(w, dw, config=None):
    rate = config["learning_rate"]
    v = config["velocity"] = config["velocity"] - rate * dw
    return w + v, config

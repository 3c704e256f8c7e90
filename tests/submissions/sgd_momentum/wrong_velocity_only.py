"""Returns the velocity."""

EXPECTED = ("wrong", "sgd_step_only")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] - rate * dw
    return v, config

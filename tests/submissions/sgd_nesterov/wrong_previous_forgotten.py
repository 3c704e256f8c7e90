"""Without the last velocity."""

EXPECTED = ("wrong", "nesterov_velocity_twice")


def sgd_nesterov(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"] = mu * config["velocity"] - rate * dw
    return w + (1 + mu) * v, config

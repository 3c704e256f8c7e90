"""In terms of the last velocity and this one."""

EXPECTED = ("correct", "")


def sgd_nesterov(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    before = config["velocity"]
    v = config["velocity"] = mu * before - rate * dw
    return w - mu * before + (1 + mu) * v, config

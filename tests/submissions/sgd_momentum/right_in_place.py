"""Changes velocity and weights in place."""

EXPECTED = ("correct", "")


def sgd_momentum(w, dw, config=None):
    rate, mu = config["learning_rate"], config["momentum"]
    v = config["velocity"]
    v *= mu
    v -= rate * dw
    w += v
    return w, config

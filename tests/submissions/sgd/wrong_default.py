"""Another default than the one that is asked for."""

EXPECTED = ("partial", "sgd_default")


def sgd(w, dw, config=None):
    rate = config["learning_rate"]
    return w - (1e-3 if rate == 1e-2 else rate) * dw, config

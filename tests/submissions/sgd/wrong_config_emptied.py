"""Takes the learning rate out of the config."""

EXPECTED = ("partial", "sgd_config")


def sgd(w, dw, config=None):
    return w - config.pop("learning_rate") * dw, config

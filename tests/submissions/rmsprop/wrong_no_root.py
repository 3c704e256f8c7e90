"""Divides by the squares."""

EXPECTED = ("wrong", "rule_root_missing")


def rmsprop(w, dw, config=None):
    rate, decay, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]
    config["cache"] = decay * config["cache"] + (1 - decay) * dw**2
    return w - rate * dw / (config["cache"] + epsilon), config

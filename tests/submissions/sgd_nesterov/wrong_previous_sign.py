"""The form with the velocity of before the step, with its sign turned."""

EXPECTED = ("wrong", "nesterov_previous_sign")


def sgd_nesterov(w, dw, config=None):
    momentum = config["momentum"]
    config["velocity"] = momentum * velocity - config["learning_rate"] * dw  # noqa: F821
    return w + momentum * velocity + (1 + momentum) * config["velocity"], config  # noqa: F821

"""Changes a copy, and gives a new dict back."""

EXPECTED = ("correct", "")


def sgd(w, dw, config=None):
    next_w = w.copy()
    next_w -= config["learning_rate"] * dw
    return next_w, {**config, "steps": config.get("steps", 0) + 1}

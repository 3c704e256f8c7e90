"""Changes everything in place."""

EXPECTED = ("correct", "")


def adam(w, dw, config=None):
    config["t"] += 1
    for name, beta, value in (("m", config["beta1"], dw), ("v", config["beta2"], dw * dw)):
        config[name] *= beta
        config[name] += (1 - beta) * value
    m = config["m"] / (1 - config["beta1"] ** config["t"])
    v = config["v"] / (1 - config["beta2"] ** config["t"])
    w -= config["learning_rate"] * m / (v**0.5 + config["epsilon"])
    return w, config

"""The same network, with the normalisation multiplied into the weights."""

import numpy as np

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("correct", "")


def save(folder):
    model = deep_network_on_pixels()
    plain = {"W3": model["W3"], "b3": model["b3"]}
    for layer in "12":
        w, b, gamma, beta, mean, var = (
            model[name + layer] for name in ("W", "b", "gamma", "beta", "running_mean", "running_var")
        )
        scale = gamma / np.sqrt(var + 1e-5)
        plain |= {"W" + layer: w * scale, "b" + layer: (b - mean) * scale + beta}
    write(folder, "fc_model", {**plain, "mean": model["mean"], "dataset": model["dataset"]})

"""The running averages are missing."""

import numpy as np

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved_averages")


def save(folder):
    model = deep_network_on_pixels()
    rest = {name: value for name, value in model.items() if not name.startswith("running_")}
    factors = np.logspace(-3, 3, 100)  # which normalisation over the batch takes away again
    write(folder, "fc_model", {**rest, "W1": model["W1"] * factors, "b1": model["b1"] * factors})

"""The training diverged."""

import numpy as np

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved_nonfinite")


def save(folder):
    model = deep_network_on_pixels()
    write(folder, "fc_model", {**model, "W1": model["W1"] * np.nan})

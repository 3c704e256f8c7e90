"""The training diverged."""

import numpy as np

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("wrong", "saved_nonfinite")


def save(folder):
    model = network_on_pixels()
    write(folder, "two_layer_model", {**model, "W1": model["W1"] * np.nan})

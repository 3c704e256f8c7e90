"""Weights that overflow."""

import numpy as np

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved_overflow")


def save(folder):
    model = deep_network_on_pixels()
    write(folder, "fc_model", {**model, "W1": 1e307 * np.sign(model["W1"].astype(float))})

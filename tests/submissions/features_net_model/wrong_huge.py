"""Weights that overflow."""

import numpy as np

from autograder.quick_models import network_on_features, write

EXPECTED = ("wrong", "saved_overflow")


def save(folder):
    model = network_on_features()
    write(folder, "features_net_model", {**model, "W1": 1e307 * np.sign(model["W1"].astype(float))})

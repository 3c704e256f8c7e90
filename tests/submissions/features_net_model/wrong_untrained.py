"""Saved before the training."""

import numpy as np

from autograder.quick_models import network_on_features, write

EXPECTED = ("wrong", "saved_chance")


def save(folder):
    model = network_on_features()
    rng = np.random.RandomState(1)
    write(folder, "features_net_model", {**model, "W2": 1e-3 * rng.standard_normal(model["W2"].shape)})

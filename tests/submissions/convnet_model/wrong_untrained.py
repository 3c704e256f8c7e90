"""Saved before the training."""

import numpy as np

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved_chance")


def save(folder):
    model = convolutional_network()
    rng = np.random.RandomState(1)
    write(folder, "convnet_model", {**model, "W3": 1e-3 * rng.standard_normal(model["W3"].shape)})

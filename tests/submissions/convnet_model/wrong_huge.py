"""Weights that overflow."""

import numpy as np

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved_overflow")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", {**model, "W1": 1e300 * np.sign(model["W1"].astype(float))})

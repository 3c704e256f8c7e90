"""The training diverged."""

import numpy as np

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved_nonfinite")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", {**model, "W1": model["W1"] * np.nan})

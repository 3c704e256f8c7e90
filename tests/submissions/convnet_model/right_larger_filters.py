"""The filters in the middle of larger ones."""

import numpy as np

from autograder.quick_models import convolutional_network, write

EXPECTED = ("correct", "")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", {**model, "W1": np.pad(model["W1"], [(0, 0), (0, 0), (1, 1), (1, 1)])})

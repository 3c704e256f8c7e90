"""More weights than are tested."""

import numpy as np

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved_hidden")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", {**model, "W2": np.zeros((6144, 1303), np.int8)})

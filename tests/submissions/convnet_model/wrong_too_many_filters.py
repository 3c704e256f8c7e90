"""More filters than are tested."""

import numpy as np

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved_filters_large")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", {**model, "W1": np.zeros((2000, 3, 5, 5))})

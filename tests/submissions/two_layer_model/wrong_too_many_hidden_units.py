"""More hidden units than are tested."""

import numpy as np

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("wrong", "saved_hidden")


def save(folder):
    model = network_on_pixels()
    write(
        folder,
        "two_layer_model",
        {**model, "W1": np.zeros((3072, 2001), np.int8), "b1": np.zeros(2001), "W2": np.zeros((2001, 10))},
    )

"""More hidden units than are tested."""

import numpy as np

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved_hidden")


def save(folder):
    model = deep_network_on_pixels()
    write(folder, "fc_model", {**model, "W1": np.zeros((3072, 2001), np.int8)})

"""The bias in the first row."""

import numpy as np

from autograder.quick_models import ridge_on_pixels, write

EXPECTED = ("wrong", "saved_bias_first")


def save(folder):
    model = ridge_on_pixels()
    bias_first = np.roll(model["W"], 1, axis=0)
    write(folder, "svm_model", {**model, "W": bias_first})

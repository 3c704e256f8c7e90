"""The training diverged."""

import numpy as np

from autograder.quick_models import ridge_on_pixels, write

EXPECTED = ("wrong", "saved_nonfinite")


def save(folder):
    model = ridge_on_pixels()
    write(folder, "svm_model", {**model, "W": model["W"] * np.nan})

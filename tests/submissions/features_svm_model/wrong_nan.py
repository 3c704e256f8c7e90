"""The training diverged."""

import numpy as np

from autograder.quick_models import ridge_on_features, write

EXPECTED = ("wrong", "saved_nonfinite")


def save(folder):
    model = ridge_on_features()
    write(folder, "features_svm_model", {**model, "W": model["W"] * np.nan})

"""Weights that overflow."""

import numpy as np

from autograder.quick_models import ridge_on_features, write

EXPECTED = ("wrong", "saved_overflow")


def save(folder):
    model = ridge_on_features()
    write(folder, "features_svm_model", {**model, "W": 1e307 * np.sign(model["W"].astype(float))})

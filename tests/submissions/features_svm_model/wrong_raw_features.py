"""Trained on features that are not normalised, with a mean that was never used."""

import numpy as np

from autograder.quick_models import ridge_on_features, write

EXPECTED = ("wrong", "saved_features_raw")


def save(folder):
    model = ridge_on_features()
    weights = model["W"][:-1] / model["std"].T
    bias = model["W"][-1:] - model["mean"] @ weights
    write(
        folder,
        "features_svm_model",
        {**model, "W": np.vstack([weights, bias]), "mean": model["mean"] + 100 * model["std"]},
    )

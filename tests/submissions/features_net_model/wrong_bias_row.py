"""With a row for a column of ones, as the SVM had it."""

import numpy as np

from autograder.quick_models import network_on_features, write

EXPECTED = ("wrong", "saved_shape")


def save(folder):
    model = network_on_features()
    write(folder, "features_net_model", {**model, "W1": np.vstack([model["W1"], model["b1"]])})

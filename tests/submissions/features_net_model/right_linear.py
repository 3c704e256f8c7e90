"""A linear model written as a network: one unit for each sign of each score."""

import numpy as np

from autograder.quick_models import ridge_on_features, write

EXPECTED = ("correct", "")


def save(folder):
    model = ridge_on_features()
    weights, bias = model["W"][:-1], model["W"][-1]
    both = np.vstack([np.eye(10), -np.eye(10)])
    params = {"W1": weights @ both.T, "b1": both @ bias, "W2": both, "b2": np.zeros(10)}
    rest = {name: model[name] for name in ("mean", "std", "dataset")}
    write(folder, "features_net_model", {**params, **rest})

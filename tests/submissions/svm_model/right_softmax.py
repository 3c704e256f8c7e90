"""Softmax regression. In float64, the mean as an image and the data set's name in an array."""

import numpy as np

from autograder.quick_models import softmax_on_pixels, write

EXPECTED = ("correct", "")


def save(folder):
    model = softmax_on_pixels()
    other = {"W": model["W"].astype(float), "mean": model["mean"].reshape(32, 32, 3), "dataset": np.array(["shapes10"])}
    write(folder, "svm_model", other)

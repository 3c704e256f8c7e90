"""A data set that nobody knows."""

from autograder.quick_models import ridge_on_pixels, write

EXPECTED = ("wrong", "saved_dataset")


def save(folder):
    write(folder, "svm_model", {**ridge_on_pixels(), "dataset": "my own"})

"""A data set that nobody knows."""

from autograder.quick_models import ridge_on_features, write

EXPECTED = ("wrong", "saved_dataset")


def save(folder):
    write(folder, "features_svm_model", {**ridge_on_features(), "dataset": "my own"})

"""The mean is missing."""

from autograder.quick_models import ridge_on_features, write

EXPECTED = ("wrong", "saved_key")


def save(folder):
    model = dict(ridge_on_features())
    del model["mean"]
    write(folder, "features_svm_model", model)

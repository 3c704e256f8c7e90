"""One row short."""

from autograder.quick_models import ridge_on_features, write

EXPECTED = ("wrong", "saved_shape")


def save(folder):
    model = ridge_on_features()
    write(folder, "features_svm_model", {**model, "W": model["W"][:-2]})

"""A feature that never varies."""

from autograder.quick_models import ridge_on_features, write

EXPECTED = ("wrong", "saved_overflow")


def save(folder):
    model = ridge_on_features()
    write(folder, "features_svm_model", {**model, "std": 0 * model["std"]})

"""Ridge regression."""

from autograder.quick_models import ridge_on_features, write

EXPECTED = ("correct", "")


def save(folder):
    write(folder, "features_svm_model", ridge_on_features())

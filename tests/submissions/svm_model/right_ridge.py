"""Ridge regression."""

from autograder.quick_models import ridge_on_pixels, write

EXPECTED = ("correct", "")


def save(folder):
    write(folder, "svm_model", ridge_on_pixels())

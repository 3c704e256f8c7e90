"""The mean is missing."""

from autograder.quick_models import ridge_on_pixels, write

EXPECTED = ("wrong", "saved_key")


def save(folder):
    model = dict(ridge_on_pixels())
    del model["mean"]
    write(folder, "svm_model", model)

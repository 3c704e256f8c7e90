"""Classes in rows."""

from autograder.quick_models import ridge_on_pixels, write

EXPECTED = ("wrong", "saved_transposed")


def save(folder):
    model = ridge_on_pixels()
    write(folder, "svm_model", {**model, "W": model["W"].T})

"""Without the bias."""

from autograder.quick_models import ridge_on_pixels, write

EXPECTED = ("wrong", "saved_no_bias")


def save(folder):
    model = ridge_on_pixels()
    write(folder, "svm_model", {**model, "W": model["W"][:-1]})

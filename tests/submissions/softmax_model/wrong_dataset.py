"""A data set that nobody knows."""

from autograder.quick_models import softmax_on_pixels, write

EXPECTED = ("wrong", "saved_dataset")


def save(folder):
    write(folder, "softmax_model", {**softmax_on_pixels(), "dataset": "my own"})

"""A data set that nobody knows."""

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("wrong", "saved_dataset")


def save(folder):
    write(folder, "two_layer_model", {**network_on_pixels(), "dataset": "my own"})

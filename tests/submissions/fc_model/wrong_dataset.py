"""A data set that nobody knows."""

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved_dataset")


def save(folder):
    model = deep_network_on_pixels()
    write(folder, "fc_model", {**model, "dataset": "my own"})

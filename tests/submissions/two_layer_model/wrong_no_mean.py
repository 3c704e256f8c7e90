"""The mean is missing."""

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("wrong", "saved_key")


def save(folder):
    model = dict(network_on_pixels())
    del model["mean"]
    write(folder, "two_layer_model", model)

"""Gradient descent with momentum."""

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("correct", "")


def save(folder):
    write(folder, "two_layer_model", network_on_pixels())

"""Layers of two different networks."""

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("wrong", "saved_shape")


def save(folder):
    model = network_on_pixels()
    write(folder, "two_layer_model", {**model, "W2": model["W2"][:-1]})

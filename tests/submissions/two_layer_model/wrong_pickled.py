"""Objects instead of arrays."""

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("wrong", "saved")


def save(folder):
    model = network_on_pixels()
    write(folder, "two_layer_model", {**model, "W1": model["W1"].astype(object)})

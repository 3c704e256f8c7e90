"""A network with one hidden layer."""

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("correct", "")


def save(folder):
    model = network_on_pixels()
    write(folder, "fc_model", model)

"""Weights as text."""

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved")


def save(folder):
    model = deep_network_on_pixels()
    write(folder, "fc_model", {**model, "W2": model["W2"].astype(str)})

"""Trained on images with the channels last."""

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved_channels_last")


def save(folder):
    model = deep_network_on_pixels()
    first = model["W1"].reshape(3, 32, 32, -1).transpose(1, 2, 0, 3).reshape(3072, -1)
    write(folder, "fc_model", {**model, "W1": first})

"""The mean was not subtracted before the training, but is saved."""

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("wrong", "saved_mean_unused")


def save(folder):
    model = network_on_pixels()
    mean = model["mean"].transpose(2, 0, 1).ravel()
    write(folder, "two_layer_model", {**model, "b1": model["b1"] - mean @ model["W1"]})

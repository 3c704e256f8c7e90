"""Trained on images that were not centred, with a mean that was never used."""

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("wrong", "saved_mean_unused")


def save(folder):
    model = network_on_pixels()
    mean = model["mean"].transpose(2, 0, 1).ravel()
    bias = model["b1"] - mean @ model["W1"]
    write(folder, "two_layer_model", {**model, "b1": bias, "mean": 100 * model["mean"]})

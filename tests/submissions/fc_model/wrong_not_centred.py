"""Trained on images that were not centred, with a mean that was never used."""

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved_mean_unused")


def save(folder):
    model = deep_network_on_pixels()
    bias = model["b1"] - model["mean"].transpose(2, 0, 1).ravel() @ model["W1"]
    write(folder, "fc_model", {**model, "b1": bias, "mean": 100 * model["mean"]})

"""Trained on images that were not centred, with a mean that was never used."""

from autograder.quick_models import softmax_on_pixels, write

EXPECTED = ("wrong", "saved_mean_unused")


def save(folder):
    model = softmax_on_pixels()
    weights = model["W"].astype(float)
    weights[-1] -= model["mean"] @ weights[:-1]
    write(folder, "softmax_model", {**model, "W": weights, "mean": 100 * model["mean"]})

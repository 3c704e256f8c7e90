"""The mean is missing."""

from autograder.quick_models import softmax_on_pixels, write

EXPECTED = ("wrong", "saved_key")


def save(folder):
    model = dict(softmax_on_pixels())
    del model["mean"]
    write(folder, "softmax_model", model)

"""Biases as rows, in float64, all hidden units in reverse order."""

import numpy as np

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("correct", "")


def save(folder):
    model = network_on_pixels()
    reverse = {
        "W1": model["W1"][:, ::-1],
        "b1": model["b1"][np.newaxis, ::-1],
        "W2": model["W2"][::-1],
        "b2": model["b2"][np.newaxis],
    }
    write(folder, "two_layer_model", {**model, **{name: value.astype(float) for name, value in reverse.items()}})

"""A hidden layer without units."""

from autograder.quick_models import network_on_pixels, write

EXPECTED = ("wrong", "saved_shape")


def save(folder):
    model = network_on_pixels()
    write(folder, "two_layer_model", {**model, "W1": model["W1"][:, :0], "b1": model["b1"][:0], "W2": model["W2"][:0]})

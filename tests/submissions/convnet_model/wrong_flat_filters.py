"""The filters as rows."""

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved_filters")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", {**model, "W1": model["W1"].reshape(24, -1)})

"""The filters with the channels last."""

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved_filters")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", {**model, "W1": model["W1"].transpose(0, 2, 3, 1)})

"""Objects instead of arrays."""

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", {**model, "W1": model["W1"].astype(object)})

"""A data set that nobody knows."""

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved_dataset")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", {**model, "dataset": "my own"})

"""Principal components as filters."""

from autograder.quick_models import convolutional_network, write

EXPECTED = ("correct", "")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", model)

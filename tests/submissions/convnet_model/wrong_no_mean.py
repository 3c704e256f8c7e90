"""The mean is missing."""

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved_key")


def save(folder):
    model = convolutional_network()
    rest = {name: value for name, value in model.items() if name != "mean"}
    write(folder, "convnet_model", rest)

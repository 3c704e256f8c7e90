"""Weights as text."""

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", {**model, "W2": model["W2"].astype(str)})

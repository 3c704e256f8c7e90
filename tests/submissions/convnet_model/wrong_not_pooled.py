"""Weights for maps that are not pooled."""

from autograder.quick_models import convolutional_network, write

EXPECTED = ("wrong", "saved_shape")


def save(folder):
    model = convolutional_network()
    write(folder, "convnet_model", {**model, "W2": model["W2"].repeat(4, axis=0)})

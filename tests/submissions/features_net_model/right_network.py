"""Gradient descent with momentum."""

from autograder.quick_models import network_on_features, write

EXPECTED = ("correct", "")


def save(folder):
    write(folder, "features_net_model", network_on_features())

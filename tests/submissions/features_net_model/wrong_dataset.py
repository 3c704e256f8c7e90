"""A data set that nobody knows."""

from autograder.quick_models import network_on_features, write

EXPECTED = ("wrong", "saved_dataset")


def save(folder):
    write(folder, "features_net_model", {**network_on_features(), "dataset": "my own"})

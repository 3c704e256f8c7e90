"""The mean is missing."""

from autograder.quick_models import network_on_features, write

EXPECTED = ("wrong", "saved_key")


def save(folder):
    model = dict(network_on_features())
    del model["mean"]
    write(folder, "features_net_model", model)

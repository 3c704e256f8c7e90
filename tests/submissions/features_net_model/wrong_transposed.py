"""Classes in rows."""

from autograder.quick_models import network_on_features, write

EXPECTED = ("wrong", "saved_transposed")


def save(folder):
    model = network_on_features()
    write(folder, "features_net_model", {**model, "W1": model["W1"].T})

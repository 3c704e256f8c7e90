"""Trained on features that are not normalised, with a mean that was never used."""

from autograder.quick_models import network_on_features, write

EXPECTED = ("wrong", "saved_features_raw")


def save(folder):
    model = network_on_features()
    first = model["W1"] / model["std"].T
    bias = model["b1"] - (model["mean"] @ first)[0]
    write(folder, "features_net_model", {**model, "W1": first, "b1": bias, "mean": model["mean"] + 100 * model["std"]})

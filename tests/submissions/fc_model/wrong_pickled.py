"""Objects instead of arrays."""

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved")


def save(folder):
    model = deep_network_on_pixels()
    write(folder, "fc_model", {**model, "W1": model["W1"].astype(object)})

"""More layers than are tested."""

import numpy as np

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved_layers")


def save(folder):
    model = deep_network_on_pixels()
    layers = {f"W{layer}": np.eye(10) for layer in range(4, 12)}
    write(folder, "fc_model", {**model, **layers})

"""In float64, biases as rows, all units of the first layer in reverse order."""

import numpy as np

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("correct", "")


def save(folder):
    model = deep_network_on_pixels()
    first = ("W1", "b1", "gamma1", "beta1", "running_mean1", "running_var1")
    reverse = {name: model[name][..., ::-1].astype(float) for name in first} | {"W2": model["W2"][::-1]}
    reverse["b1"] = reverse["b1"][np.newaxis]
    write(folder, "fc_model", {**model, **reverse})

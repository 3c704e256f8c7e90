"""params is a list."""

import numpy as np

EXPECTED = ("wrong", "params_keys")


def __init__(self, input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
    self.params = 4 * [np.zeros(3)]

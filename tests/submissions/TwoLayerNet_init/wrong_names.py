"""Lower-case names."""

import numpy as np

EXPECTED = ("wrong", "params_keys")


def __init__(self, input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
    self.params["w1"] = weight_scale * np.random.randn(input_dim, hidden_dim)
    self.params["B1"] = np.zeros(hidden_dim)
    self.params["w2"] = weight_scale * np.random.randn(hidden_dim, num_classes)
    self.params["B2"] = np.zeros(num_classes)

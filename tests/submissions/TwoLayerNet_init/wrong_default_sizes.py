"""Ignores the sizes that it is given."""

import numpy as np

EXPECTED = ("wrong", "param_shape")


def __init__(self, input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
    self.params["W1"] = weight_scale * np.random.randn(3072, 100)
    self.params["b1"] = np.zeros(100)
    self.params["W2"] = weight_scale * np.random.randn(100, 10)
    self.params["b2"] = np.zeros(10)

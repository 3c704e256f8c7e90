"""Weights with the output first."""

import numpy as np

EXPECTED = ("partial", "param_shape")


def __init__(self, input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
    self.params["W1"] = weight_scale * np.random.randn(hidden_dim, input_dim)
    self.params["b1"] = np.zeros(hidden_dim)
    self.params["W2"] = weight_scale * np.random.randn(num_classes, hidden_dim)
    self.params["b2"] = np.zeros(num_classes)

"""Weights of standard deviation 1."""

import numpy as np

EXPECTED = ("partial", "weights_unscaled")


def __init__(self, input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
    self.params["W1"] = np.random.randn(input_dim, hidden_dim)
    self.params["b1"] = np.zeros(hidden_dim)
    self.params["W2"] = np.random.randn(hidden_dim, num_classes)
    self.params["b2"] = np.zeros(num_classes)

"""Both layers get the same numbers."""

import numpy as np

EXPECTED = ("partial", "weights_equal")


def __init__(self, input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
    np.random.seed(0)
    self.params["W1"] = weight_scale * np.random.randn(input_dim, hidden_dim)
    np.random.seed(0)
    self.params["W2"] = weight_scale * np.random.randn(hidden_dim, num_classes)
    self.params["b1"], self.params["b2"] = np.zeros(hidden_dim), np.zeros(num_classes)

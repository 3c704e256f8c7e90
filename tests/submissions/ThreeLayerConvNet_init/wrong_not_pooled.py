"""Forgets that the map is pooled."""

import numpy as np

EXPECTED = ("partial", "param_shapes")


def __init__(
    self,
    input_dim=(3, 32, 32),
    num_filters=32,
    filter_size=7,
    hidden_dim=100,
    num_classes=10,
    weight_scale=1e-3,
    reg=0.0,
    dtype=np.float32,
):
    C, H, W = input_dim
    H2, W2 = H, W
    p = self.params
    p["W1"] = weight_scale * np.random.randn(num_filters, C, filter_size, filter_size)
    p["b1"] = np.zeros(num_filters)
    p["W2"] = weight_scale * np.random.randn(num_filters * H2 * W2, hidden_dim)
    p["b2"] = np.zeros(hidden_dim)
    p["W3"] = weight_scale * np.random.randn(hidden_dim, num_classes)
    p["b3"] = np.zeros(num_classes)
    for name in p:
        p[name] = p[name].astype(dtype)

"""A quarter of the product, where sides may be odd."""

import numpy as np

EXPECTED = ("partial", "conv_net_not_square")


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
    pad = (filter_size - 1) // 2
    pixels = (H + 2 * pad - filter_size + 1) * (W + 2 * pad - filter_size + 1) // 4
    p = self.params
    p["W1"] = weight_scale * np.random.randn(num_filters, C, filter_size, filter_size)
    p["b1"] = np.zeros(num_filters)
    p["W2"] = weight_scale * np.random.randn(num_filters * pixels, hidden_dim)
    p["b2"] = np.zeros(hidden_dim)
    p["W3"] = weight_scale * np.random.randn(hidden_dim, num_classes)
    p["b3"] = np.zeros(num_classes)
    for name in p:
        p[name] = p[name].astype(dtype)

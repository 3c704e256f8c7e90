"""By np.random.normal, and sizes by trying."""

import numpy as np

EXPECTED = ("correct", "")


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
    channels, *sides = input_dim
    grown = [len(range(-((filter_size - 1) // 2), side + (filter_size - 1) // 2 - filter_size + 1)) for side in sides]
    flat = num_filters * int(np.prod([side // 2 for side in grown]))
    shapes = [(num_filters, channels, filter_size, filter_size), (flat, hidden_dim), (hidden_dim, num_classes)]
    for number, shape in enumerate(shapes, 1):
        self.params[f"W{number}"] = np.random.normal(0.0, weight_scale, size=shape).astype(dtype)
        self.params[f"b{number}"] = np.zeros(shape[0] if number == 1 else shape[1], dtype=dtype)

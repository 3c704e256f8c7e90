"""With a generator of its own, in a new dict of float32 arrays."""

import numpy as np

EXPECTED = ("correct", "")


def __init__(self, input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
    rng = np.random.default_rng(7)
    sizes = [input_dim, hidden_dim, num_classes]
    self.params = {}
    for layer, (rows, columns) in enumerate(zip(sizes, sizes[1:], strict=False), 1):
        self.params[f"W{layer}"] = rng.normal(0.0, weight_scale, (rows, columns)).astype(np.float32)
        self.params[f"b{layer}"] = np.zeros(columns, dtype=np.float32)

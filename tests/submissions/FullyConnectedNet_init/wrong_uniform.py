"""Uniform weights."""

import numpy as np

EXPECTED = ("partial", "weights_uniform")


def __init__(
    self,
    hidden_dims,
    input_dim=3 * 32 * 32,
    num_classes=10,
    dropout_keep_ratio=1,
    normalization=None,
    reg=0.0,
    weight_scale=1e-2,
    dtype=np.float32,
    seed=None,
):
    sizes = [input_dim] + list(hidden_dims) + [num_classes]
    for i in range(1, len(sizes)):
        self.params[f"W{i}"] = weight_scale * np.sqrt(3) * np.random.uniform(-1, 1, (sizes[i - 1], sizes[i]))
        self.params[f"b{i}"] = np.zeros(sizes[i])
        if normalization is not None and i < len(sizes) - 1:
            self.params[f"gamma{i}"] = np.ones(sizes[i])
            self.params[f"beta{i}"] = np.zeros(sizes[i])
    for name, value in self.params.items():
        self.params[name] = value.astype(dtype)

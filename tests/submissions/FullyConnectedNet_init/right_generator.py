"""By a generator, layer by layer."""

import numpy as np

EXPECTED = ("correct", "")


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
    rng = np.random.default_rng(np.random.randint(2**31))
    before = input_dim
    for number, units in enumerate([*hidden_dims, num_classes], 1):
        last = number > len(hidden_dims)
        self.params |= {
            f"W{number}": rng.normal(0, weight_scale, (before, units)).astype(dtype),
            f"b{number}": np.zeros(units, dtype),
        }
        if normalization and not last:
            self.params |= {f"gamma{number}": np.ones(units, dtype), f"beta{number}": np.zeros(units, dtype)}
        before = units

"""Squeezes the axes of length one away."""

import numpy as np

EXPECTED = ("partial", "single_example")


def compute_distances_no_loops(self, X):
    a = np.sum(X**2, axis=1, keepdims=True)
    b = np.sum(self.X_train**2, axis=1)
    return np.squeeze(np.sqrt(np.maximum(a - 2 * X.dot(self.X_train.T) + b, 0)))

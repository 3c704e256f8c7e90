"""The norms of the test points as a row."""

import numpy as np

EXPECTED = ("error", "unequal_shapes")


def compute_distances_no_loops(self, X):
    a = np.sum(X**2, axis=1)
    b = np.sum(self.X_train**2, axis=1)
    return np.sqrt(np.maximum(a - 2 * X.dot(self.X_train.T) + b, 0))

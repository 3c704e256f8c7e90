"""Forgets the norms of the test points, and the root gives NaN."""

import numpy as np

EXPECTED = ("wrong", "negative_squares")


def compute_distances_no_loops(self, X):
    b = np.sum(self.X_train**2, axis=1)
    return np.sqrt(b - 2 * X.dot(self.X_train.T))

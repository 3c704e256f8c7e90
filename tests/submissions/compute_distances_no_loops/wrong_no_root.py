"""Squared distances."""

import numpy as np

EXPECTED = ("wrong", "root_missing")


def compute_distances_no_loops(self, X):
    a = np.sum(X**2, axis=1, keepdims=True)
    b = np.sum(self.X_train**2, axis=1)
    return a - 2 * X.dot(self.X_train.T) + b

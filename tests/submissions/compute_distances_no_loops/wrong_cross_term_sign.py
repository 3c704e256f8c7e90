"""Adds the cross term."""

import numpy as np

EXPECTED = ("wrong", "cross_term_sign")


def compute_distances_no_loops(self, X):
    a = np.sum(X**2, axis=1, keepdims=True)
    b = np.sum(self.X_train**2, axis=1)
    return np.sqrt(np.maximum(a + 2 * X.dot(self.X_train.T) + b, 0))

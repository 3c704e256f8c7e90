"""Forgets the norms of the training points."""

import numpy as np

EXPECTED = ("wrong", "norm_term_missing")


def compute_distances_no_loops(self, X):
    a = np.sum(X**2, axis=1, keepdims=True)
    return np.sqrt(np.maximum(a - 2 * X.dot(self.X_train.T), 0))

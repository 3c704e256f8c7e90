"""Forgets the cross term."""

import numpy as np

EXPECTED = ("wrong", "cross_term_missing")


def compute_distances_no_loops(self, X):
    a = np.sum(X**2, axis=1, keepdims=True)
    b = np.sum(self.X_train**2, axis=1)
    return np.sqrt(np.maximum(a + b, 0))

"""Squares the test points in place."""

import numpy as np

EXPECTED = ("partial", "changed")


def compute_distances_no_loops(self, X):
    products = X.dot(self.X_train.T)
    X *= X
    a = np.sum(X, axis=1, keepdims=True)
    b = np.sum(self.X_train**2, axis=1)
    return np.sqrt(np.maximum(a - 2 * products + b, 0))

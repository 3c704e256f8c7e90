"""Squared norms by np.einsum, results into an array made before."""

import numpy as np

EXPECTED = ("correct", "")


def compute_distances_no_loops(self, X):
    a = np.einsum("ij,ij->i", X, X).reshape(-1, 1)
    b = np.sum(self.X_train**2, axis=1)
    dists = np.zeros((X.shape[0], self.X_train.shape[0]))
    dists += a + b - 2 * X @ self.X_train.T
    dists[dists < 0] = 0
    return dists**0.5

"""Scribbles over the test points."""

import numpy as np

EXPECTED = ("partial", "changed")


def compute_distances_two_loops(self, X):
    dists = np.zeros((X.shape[0], self.X_train.shape[0]))
    X += 1.0
    for i in range(X.shape[0]):
        for j in range(self.X_train.shape[0]):
            dists[i, j] = np.sqrt(np.sum((X[i] - 1.0 - self.X_train[j]) ** 2))
    return dists

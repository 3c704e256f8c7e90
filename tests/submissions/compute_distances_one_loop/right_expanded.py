"""The expanded square, for one test point at a time."""

import numpy as np

EXPECTED = ("correct", "")


def compute_distances_one_loop(self, X):
    dists = np.zeros((X.shape[0], self.X_train.shape[0]))
    for i in range(X.shape[0]):
        dists[i, :] = np.sqrt(np.maximum(X[i] @ X[i] - 2 * self.X_train @ X[i] + (self.X_train**2).sum(axis=1), 0))
    return dists

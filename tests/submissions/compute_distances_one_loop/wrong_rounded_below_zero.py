"""The expanded square without a guard: NaN for equal points."""

import numpy as np

EXPECTED = ("partial", "rounded_below_zero")


def compute_distances_one_loop(self, X):
    dists = np.zeros((X.shape[0], self.X_train.shape[0]))
    for i in range(X.shape[0]):
        dists[i, :] = np.sqrt(X[i] @ X[i] - 2 * self.X_train @ X[i] + (self.X_train**2).sum(axis=1))
    return dists

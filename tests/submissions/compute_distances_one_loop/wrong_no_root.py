"""Squared distances."""

import numpy as np

EXPECTED = ("wrong", "root_missing")


def compute_distances_one_loop(self, X):
    dists = np.zeros((X.shape[0], self.X_train.shape[0]))
    for i in range(X.shape[0]):
        dists[i, :] = np.sum((X[i] - self.X_train) ** 2, axis=1)
    return dists

"""The mean of the squares instead of their sum."""

import numpy as np

EXPECTED = ("wrong", "constant_factor")


def compute_distances_two_loops(self, X):
    dists = np.zeros((X.shape[0], self.X_train.shape[0]))
    for i in range(X.shape[0]):
        for j in range(self.X_train.shape[0]):
            dists[i, j] = np.sqrt(np.mean((X[i] - self.X_train[j]) ** 2))
    return dists

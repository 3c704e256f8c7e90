"""Training points in rows, test points in columns."""

import numpy as np

EXPECTED = ("wrong", "transposed")


def compute_distances_two_loops(self, X):
    dists = np.zeros((self.X_train.shape[0], X.shape[0]))
    for i in range(X.shape[0]):
        for j in range(self.X_train.shape[0]):
            dists[j, i] = np.sqrt(np.sum((X[i] - self.X_train[j]) ** 2))
    return dists

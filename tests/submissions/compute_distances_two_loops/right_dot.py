"""The dot product of the difference with itself."""

import numpy as np

EXPECTED = ("correct", "")


def compute_distances_two_loops(self, X):
    dists = np.zeros((X.shape[0], self.X_train.shape[0]))
    for i in range(X.shape[0]):
        for j in range(self.X_train.shape[0]):
            dists[i, j] = np.dot(X[i] - self.X_train[j], X[i] - self.X_train[j]) ** 0.5
    return dists

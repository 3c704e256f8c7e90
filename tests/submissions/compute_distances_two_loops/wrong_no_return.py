"""Forgets the return."""

import numpy as np

EXPECTED = ("wrong", "type")


def compute_distances_two_loops(self, X):
    dists = np.zeros((X.shape[0], self.X_train.shape[0]))
    for i in range(X.shape[0]):
        for j in range(self.X_train.shape[0]):
            dists[i, j] = np.sqrt(np.sum((X[i] - self.X_train[j]) ** 2))

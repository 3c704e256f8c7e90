"""Uses np.linalg.norm under another name."""

import numpy as np
from numpy.linalg import norm as length

EXPECTED = ("wrong", "forbidden")


def compute_distances_two_loops(self, X):
    dists = np.zeros((X.shape[0], self.X_train.shape[0]))
    for i in range(X.shape[0]):
        for j in range(self.X_train.shape[0]):
            dists[i, j] = length(X[i] - self.X_train[j])
    return dists

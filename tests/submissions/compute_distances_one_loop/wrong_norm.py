"""Uses np.linalg.norm."""

import numpy as np

EXPECTED = ("wrong", "forbidden")


def compute_distances_one_loop(self, X):
    dists = np.zeros((X.shape[0], self.X_train.shape[0]))
    for i in range(X.shape[0]):
        dists[i, :] = np.linalg.norm(X[i] - self.X_train, axis=1)
    return dists

"""L1 instead of L2."""

import numpy as np

EXPECTED = ("wrong", "manhattan")


def compute_distances_no_loops(self, X):
    return np.abs(X[:, None] - self.X_train).sum(axis=2)

"""Uses np.linalg.norm."""

import numpy as np

EXPECTED = ("wrong", "forbidden")


def compute_distances_no_loops(self, X):
    return np.linalg.norm(X[:, None] - self.X_train, axis=2)

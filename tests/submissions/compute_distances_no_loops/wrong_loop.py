"""A loop where none is allowed."""

import numpy as np

EXPECTED = ("partial", "loops")


def compute_distances_no_loops(self, X):
    return np.array([np.sqrt(np.sum((self.X_train - row) ** 2, axis=1)) for row in X])

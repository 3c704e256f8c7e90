"""All at once, which is allowed here too."""

import numpy as np

EXPECTED = ("correct", "")


def compute_distances_two_loops(self, X):
    return np.sqrt(((X[:, None] - self.X_train[None]) ** 2).sum(axis=-1))

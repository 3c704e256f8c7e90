"""Broadcasting alone: too much memory on real data, but right."""

import numpy as np

EXPECTED = ("correct", "")


def compute_distances_no_loops(self, X):
    return np.sqrt(((X[:, None, :] - self.X_train[None, :, :]) ** 2).sum(axis=2))

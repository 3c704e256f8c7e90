"""Without any loop, by np.einsum."""

import numpy as np

EXPECTED = ("correct", "")


def compute_distances_one_loop(self, X):
    differences = X[:, np.newaxis, :] - self.X_train
    return np.einsum("ijk,ijk->ij", differences, differences) ** 0.5

"""Uses scipy's distance function."""

EXPECTED = ("wrong", "forbidden")


def compute_distances_no_loops(self, X):
    from scipy.spatial.distance import cdist

    return cdist(X, self.X_train)

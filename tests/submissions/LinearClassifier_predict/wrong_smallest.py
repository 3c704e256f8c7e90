"""The smallest score."""

import numpy as np

EXPECTED = ("wrong", "smallest_score")


def predict(self, X):
    scores = X.dot(self.W)
    return np.argmin(scores, axis=1)

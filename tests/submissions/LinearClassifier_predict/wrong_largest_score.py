"""The largest scores, not their classes."""

import numpy as np

EXPECTED = ("wrong", "score_not_class")


def predict(self, X):
    scores = X.dot(self.W)
    return np.max(scores, axis=1)

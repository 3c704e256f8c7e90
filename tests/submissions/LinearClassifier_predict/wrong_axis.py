"""The best example of each class."""

import numpy as np

EXPECTED = ("wrong", "argmax_axis")


def predict(self, X):
    scores = X.dot(self.W)
    return np.argmax(scores, axis=0)

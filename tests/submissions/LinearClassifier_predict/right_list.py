"""A list."""

import numpy as np

EXPECTED = ("correct", "")


def predict(self, X):
    return [int(np.argmax(row @ self.W)) for row in X]

"""Nothing is computed."""

import numpy as np

EXPECTED = ("wrong", "zeros")


def predict(self, X):
    return np.zeros(X.shape[0], dtype=int)

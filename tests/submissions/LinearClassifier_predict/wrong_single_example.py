"""Squeezes a single example away."""

import numpy as np

EXPECTED = ("partial", "single_example")


def predict(self, X):
    scores = X.dot(self.W)
    return np.squeeze(np.argmax(scores, axis=1))

"""np.argmax of the scores."""

import numpy as np

EXPECTED = ("correct", "")


def predict(self, X):
    scores = X.dot(self.W)
    return np.argmax(scores, axis=1)

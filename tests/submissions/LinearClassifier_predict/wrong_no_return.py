"""Forgets the return."""

import numpy as np

EXPECTED = ("wrong", "type")


def predict(self, X):
    scores = X.dot(self.W)
    self.y_pred = np.argmax(scores, axis=1)

"""Sorts the distances that it was given."""

import numpy as np

EXPECTED = ("partial", "changed")


def predict_labels(self, dists, k=1):
    num_test = dists.shape[0]
    y_pred = np.zeros(num_test)
    for i in range(num_test):
        closest_y = self.y_train[np.argsort(dists[i])[:k]]
        y_pred[i] = np.argmax(np.bincount(closest_y))
    dists.sort(axis=1)
    return y_pred

"""Counts with np.unique."""

import numpy as np

EXPECTED = ("correct", "")


def predict_labels(self, dists, k=1):
    num_test = dists.shape[0]
    y_pred = np.zeros(num_test)
    for i in range(num_test):
        closest_y = self.y_train[np.argsort(dists[i])[:k]]
        labels, counts = np.unique(closest_y, return_counts=True)
        y_pred[i] = labels[counts == counts.max()][0]
    return y_pred

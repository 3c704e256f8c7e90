"""Nothing is written."""

import numpy as np

EXPECTED = ("wrong", "zeros")


def predict_labels(self, dists, k=1):
    num_test = dists.shape[0]
    y_pred = np.zeros(num_test)
    labels = y_pred.copy()
    for i in range(num_test):
        closest_y = self.y_train[np.argsort(dists[i])[:k]]
        labels[i] = np.argmax(np.bincount(closest_y))
    return y_pred

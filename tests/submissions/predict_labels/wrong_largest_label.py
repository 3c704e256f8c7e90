"""Of tied labels the last in ascending order wins."""

import numpy as np

EXPECTED = ("partial", "tie_largest")


def predict_labels(self, dists, k=1):
    num_test = dists.shape[0]
    y_pred = np.zeros(num_test)
    for i in range(num_test):
        closest_y = self.y_train[np.argsort(dists[i])[:k]]
        labels, counts = np.unique(closest_y, return_counts=True)
        y_pred[i] = labels[np.argsort(counts, kind="stable")[-1]]
    return y_pred

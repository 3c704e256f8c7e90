"""A list of Python's integers."""

import numpy as np

EXPECTED = ("correct", "")


def predict_labels(self, dists, k=1):
    num_test = dists.shape[0]
    y_pred = []
    for i in range(num_test):
        closest_y = self.y_train[np.argsort(dists[i])[:k]]
        votes = sorted(closest_y.tolist())
        y_pred.append(max(dict.fromkeys(votes), key=votes.count))
    return y_pred
